/**
 * Runs a graph in float64, one node after the other, as the ONNX specification (opset 18) reads. Slow on purpose: this
 * is what gradients and the runtime's float32 results are checked against.
 */
import type { DataType, Graph, Node, Tensor, ValueInfo } from "../../src/onnx/index.ts";
import { fromTensor, type NumericTensor } from "./numeric-tensor.ts";
import { OperatorCall } from "./operator-call.ts";
import { OPERATORS } from "./operators/index.ts";

type Feed = Tensor | NumericTensor;
export type Feeds = ReadonlyMap<string, Feed> | Readonly<Record<string, Feed>>;

/** Every value of a run by name: feeds, constants, intermediate values and outputs. */
export type Values = Map<string, NumericTensor>;

/**
 * Computes every value of a graph.
 *
 * Numbers stay float64 throughout: a `Cast` between float types changes nothing.
 *
 * @param feeds - One tensor for each of the graph's inputs and parameters, no more and no fewer.
 * @returns All values by name; those that the graph declares were found to have their declared shape.
 */
export function interpret(graph: Graph, feeds: Feeds): Values {
  const values = feedGraph(graph, feeds);
  runNodes(graph, graph.nodes, values);
  return values;
}

/** Runs some nodes of a graph, in the order given, reading and writing `values`. */
export function runNodes(graph: Graph, nodes: readonly Node[], values: Values): void {
  const sizes = new Map<string, number>();
  for (const { name } of [...graph.inputs, ...graph.parameters]) checkShape(graph, name, values, sizes);
  for (const node of nodes) {
    const outputs = runNode(graph, node, values);
    if (node.outputs.length > outputs.length) {
      throw new Error(
        `interpret: ${node.op} "${node.name}": expected ${outputs.length} outputs or fewer, got ${node.outputs.length}.`,
      );
    }
    node.outputs.forEach((name, position) => {
      const output = outputs[position];
      if (name === "" || output === undefined) return;
      values.set(name, output);
      checkShape(graph, name, values, sizes);
    });
  }
}

/** All outputs of one node, those that it leaves unnamed too. */
export function runNode(
  graph: Graph,
  node: Node,
  values: ReadonlyMap<string, NumericTensor>,
): readonly NumericTensor[] {
  const operator = OPERATORS.get(node.op);
  if (operator === undefined) {
    throw new Error(
      `interpret: expected an operator of test/reference/operators, got ${node.op} at node "${node.name}". Write it there.`,
    );
  }
  const inputs = node.inputs.map((name) => {
    if (name === "") return undefined;
    const value = values.get(name);
    if (value === undefined) {
      throw new Error(`interpret: ${node.op} "${node.name}": expected inputs computed before it, got "${name}".`);
    }
    return value;
  });
  const call = new OperatorCall(node, inputs, (name) => typeOf(graph, name));
  const outputs = operator(call);
  const unknown = call.unknownAttributes();
  if (unknown.length > 0) call.fail("attributes that the interpreter knows", unknown.join(", "));
  return outputs;
}

function feedGraph(graph: Graph, feeds: Feeds): Values {
  const given = new Map<string, Feed>(feeds instanceof Map ? feeds : Object.entries(feeds));
  const values: Values = new Map();
  for (const [name, tensor] of graph.constants) values.set(name, fromTensor(tensor));
  for (const { name } of [...graph.inputs, ...graph.parameters]) {
    const feed = given.get(name);
    if (feed === undefined)
      throw new Error(`interpret: expected a feed for "${name}" of graph ${graph.name}, got none.`);
    values.set(name, "type" in feed ? fromTensor(feed) : feed);
    given.delete(name);
  }
  if (given.size > 0) {
    throw new Error(`interpret: expected feeds of graph ${graph.name} only, got ${[...given.keys()].join(", ")}.`);
  }
  return values;
}

function declaration(graph: Graph, name: string): ValueInfo | undefined {
  return graph.values.get(name) ?? [...graph.inputs, ...graph.parameters].find((value) => value.name === name);
}

function typeOf(graph: Graph, name: string): DataType {
  const type = declaration(graph, name)?.type ?? graph.constants.get(name)?.type;
  if (type === undefined) throw new Error(`interpret: expected the type of "${name}" in the graph's values, got none.`);
  return type;
}

/** Compares a value with its declared shape; a symbolic size takes the first number that it meets. */
function checkShape(graph: Graph, name: string, values: Values, sizes: Map<string, number>): void {
  const declared = declaration(graph, name)?.shape;
  const actual = values.get(name)?.shape;
  if (declared === undefined || actual === undefined) return;
  declared.forEach((dim, axis) => {
    if (typeof dim === "string" && !dim.includes("*") && !sizes.has(dim)) sizes.set(dim, actual[axis] ?? 1);
  });
  const expected = declared.map((dim) => (typeof dim === "number" ? dim : productOf(dim, sizes)));
  if (expected.join() !== actual.join()) {
    throw new Error(
      `interpret: expected "${name}" of shape [${declared.join(", ")}] in graph ${graph.name}, got [${actual.join(", ")}].`,
    );
  }
}

/** The value of a symbolic size such as `N` or `49*N`. */
function productOf(dim: string, sizes: ReadonlyMap<string, number>): number {
  return dim.split("*").reduce((product, factor) => product * (sizes.get(factor) ?? Number(factor)), 1);
}
