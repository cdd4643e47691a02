/** Type and shape of a node's outputs, from its operator's schema. */
import { FormatError, ShapeError } from "../errors.ts";
import type { Attribute, Node, Tensor, ValueInfo } from "./graph.ts";
import { findOperator, OPERATORS } from "./operators/index.ts";
import type { AttributeKind, InferenceContext, OperatorSchema } from "./operators/schema.ts";
import type { Dim } from "./shape.ts";

/** What is known of the values that a node reads. */
export interface KnownValues {
  readonly values: ReadonlyMap<string, ValueInfo>;
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The node that makes a value. */
  producer(name: string): Node | undefined;
}

/** Infers the outputs of `node`; throws a ShapeError that names the layer, or a FormatError for an unknown operator. */
export function inferNode(node: Node, known: KnownValues): ValueInfo[] {
  const schema = requireOperator(node);
  const context = createContext(node, schema, known);
  const outputs = schema.infer(context);
  if (node.outputs.length > outputs.length) {
    throw new ShapeError(`${context.where}: expected at most ${outputs.length} outputs, got ${node.outputs.length}.`);
  }
  return node.outputs.flatMap((name, index) => {
    const output = outputs[index];
    return name === "" || output === undefined ? [] : [{ name, type: output.type, shape: output.shape }];
  });
}

export function requireOperator(node: Node): OperatorSchema {
  const schema = findOperator(node.op);
  if (schema === undefined) {
    const known = Object.keys(OPERATORS).length;
    throw new FormatError(
      `inferNode: expected one of the ${known} operators that this library knows (OPERATORS lists them), got "${node.op}" at node "${node.name}".`,
    );
  }
  return schema;
}

function createContext(node: Node, schema: OperatorSchema, known: KnownValues): InferenceContext {
  const where = `${node.op} "${node.name}"`;
  const inputs = node.inputs.map((name) => {
    if (name === "") return undefined;
    const value = known.values.get(name);
    if (value === undefined)
      throw new ShapeError(`${where}: expected its input "${name}" to come before it, got no such value.`);
    return value;
  });
  const [min, max] = schema.inputs;
  if (inputs.length < min || inputs.length > max) {
    const range = min === max ? `${min}` : `${min} to ${max}`;
    throw new ShapeError(`${where}: expected ${range} inputs, got ${inputs.length}.`);
  }
  checkAttributes(node, schema, where);
  const attribute = (name: string, kind: AttributeKind): Attribute => {
    const value = node.attributes[name] ?? schema.attributes[name]?.default;
    if (value === undefined) throw new ShapeError(`${where}: expected the attribute "${name}" (${kind}), got none.`);
    return value;
  };
  return {
    where,
    inputs,
    outputCount: node.outputs.length,
    input(index) {
      const value = inputs[index];
      if (value === undefined) throw new ShapeError(`${where}: expected an input ${index}, got none.`);
      return value;
    },
    dims: (index) => dimsOf(node.inputs[index] ?? "", known),
    int: (name) => attribute(name, "int") as number,
    float: (name) => attribute(name, "float") as number,
    string: (name) => attribute(name, "string") as string,
    ints: (name) => attribute(name, "ints") as readonly number[],
  };
}

function checkAttributes(node: Node, schema: OperatorSchema, where: string): void {
  for (const [name, value] of Object.entries(node.attributes)) {
    const kind = Object.hasOwn(schema.attributes, name) ? schema.attributes[name]?.kind : undefined;
    if (kind === undefined) {
      const names = Object.keys(schema.attributes).join(", ") || "none";
      throw new FormatError(`${where}: expected attributes among ${names}, got "${name}".`);
    }
    const fits =
      kind === "ints"
        ? Array.isArray(value)
        : kind === "string"
          ? typeof value === "string"
          : typeof value === "number";
    if (!fits)
      throw new FormatError(`${where}: expected the attribute "${name}" as ${kind}, got ${JSON.stringify(value)}.`);
  }
}

/** The numbers of an integer tensor that is a constant, or the dimensions behind a `Shape` node. */
function dimsOf(name: string, known: KnownValues): readonly Dim[] | undefined {
  const constant = known.constants.get(name);
  if (constant !== undefined) return Array.from(constant.data as BigInt64Array, Number);
  const producer = known.producer(name);
  return producer?.op === "Shape" ? known.values.get(producer.inputs[0] ?? "")?.shape : undefined;
}
