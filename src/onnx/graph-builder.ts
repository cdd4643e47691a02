/** Builds graphs node by node; every value's type and shape is known as soon as it is made. */
import { OptionError, ShapeError } from "../errors.ts";
import { createArray, type DataType, dataTypeCode, type TensorArray } from "./data-type.ts";
import type { Attribute, Graph, Node, Tensor, ValueInfo } from "./graph.ts";
import { inferNode } from "./infer-shapes.ts";
import type { AttributesOf, OperatorName } from "./operators/index.ts";
import { type Dim, formatShape, type Shape, sizeOf } from "./shape.ts";

export interface NodeOptions {
  /** The layer's name, and that of its first output. */
  readonly name?: string;
  /** Names of the outputs, where they differ from the layer's or are more than one. */
  readonly outputs?: readonly string[];
}

export class GraphBuilder {
  readonly name: string;
  readonly #inputs: ValueInfo[] = [];
  readonly #parameters: ValueInfo[] = [];
  readonly #constants = new Map<string, Tensor>();
  readonly #constantNames = new Map<string, string>();
  readonly #nodes: Node[] = [];
  readonly #outputs: string[] = [];
  readonly #values = new Map<string, ValueInfo>();
  readonly #producers = new Map<string, Node>();
  readonly #counters = new Map<string, number>();
  #scope = "";

  constructor(name: string) {
    this.name = name;
  }

  /** A builder that goes on from a finished graph; its outputs are not taken over. */
  static from(graph: Graph, name: string = graph.name): GraphBuilder {
    const builder = new GraphBuilder(name);
    builder.#inputs.push(...graph.inputs);
    builder.#parameters.push(...graph.parameters);
    for (const [key, tensor] of graph.constants) builder.#constants.set(key, tensor);
    for (const value of [...graph.inputs, ...graph.parameters]) builder.#values.set(value.name, value);
    for (const [key, { type, shape }] of graph.constants) builder.#values.set(key, { name: key, type, shape });
    for (const [key, value] of graph.values) builder.#values.set(key, value);
    for (const node of graph.nodes) builder.#pushNode(node);
    return builder;
  }

  input(name: string, type: DataType, shape: Shape): ValueInfo {
    const value = this.#define({ name, type, shape });
    this.#inputs.push(value);
    return value;
  }

  /** A weight or statistic, float32: its numbers are given when the graph is run or encoded. */
  parameter(name: string, shape: readonly number[]): ValueInfo {
    if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
      throw new OptionError(
        `parameter: expected sizes that are whole numbers of at least 0 for "${name}", got ${formatShape(shape)}.`,
      );
    }
    const value = this.#define({ name, type: "float32", shape });
    this.#parameters.push(value);
    return value;
  }

  /** A tensor that belongs to the graph itself. Equal unnamed constants are stored once. */
  constant(
    type: DataType,
    shape: readonly number[],
    numbers: readonly number[] | TensorArray,
    name?: string,
  ): ValueInfo {
    const key =
      name === undefined && numbers.length <= 128
        ? `${type}${formatShape(shape)}:${Array.from<number | bigint>(numbers).join()}`
        : undefined;
    const existing = key === undefined ? undefined : this.#constantNames.get(key);
    if (existing !== undefined) return this.value(existing);
    const data = ArrayBuffer.isView(numbers) ? numbers : toTypedArray(type, numbers);
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError(
        `constant: expected ${sizeOf(shape)} numbers for the shape ${formatShape(shape)}, got ${data.length}.`,
      );
    }
    const value = this.#define({ name: name ?? this.#uniqueName("const"), type, shape });
    this.#constants.set(value.name, { type, shape: [...shape], data });
    if (key !== undefined) this.#constantNames.set(key, value.name);
    return value;
  }

  scalar(number: number): ValueInfo {
    return this.constant("float32", [], [number]);
  }

  /** An int64 vector: axes, sizes, starts. */
  ints(numbers: readonly number[]): ValueInfo {
    return this.constant("int64", [numbers.length], numbers);
  }

  /** Adds a node and returns its first output. */
  op<K extends OperatorName>(
    op: K,
    inputs: readonly (ValueInfo | undefined)[],
    attributes: AttributesOf<K> = {},
    options: NodeOptions = {},
  ): ValueInfo {
    const [first] = this.ops(op, inputs, attributes, options);
    if (first === undefined) throw new OptionError(`op: expected ${op} to have an output, got none.`);
    return first;
  }

  /** Adds a node and returns all outputs that were asked for. */
  ops<K extends OperatorName>(
    op: K,
    inputs: readonly (ValueInfo | undefined)[],
    attributes: AttributesOf<K> = {},
    options: NodeOptions = {},
  ): ValueInfo[] {
    const name = options.name ?? options.outputs?.[0] ?? this.#uniqueName(op);
    const given = Object.entries(attributes as Record<string, Attribute | undefined>).filter(
      ([, value]) => value !== undefined,
    );
    const node: Node = {
      op,
      name,
      inputs: trimmed(inputs.map((input) => input?.name ?? "")),
      outputs: options.outputs ?? [name],
      attributes: Object.fromEntries(given) as Node["attributes"],
    };
    return this.addNode(node);
  }

  /** Adds a node as it is; for passes that copy a graph. */
  addNode(node: Node): ValueInfo[] {
    const outputs = inferNode(node, {
      values: this.#values,
      constants: this.#constants,
      producer: (name) => this.#producers.get(name),
    });
    const defined = outputs.map((output) => this.#define(output));
    this.#pushNode(node);
    return defined;
  }

  /** Marks a value as an output of the graph. */
  output(value: ValueInfo): ValueInfo {
    if (!this.#values.has(value.name))
      throw new OptionError(`output: expected a value of the graph "${this.name}", got "${value.name}".`);
    if (!this.#outputs.includes(value.name)) this.#outputs.push(value.name);
    return value;
  }

  /** The value of a name, or `undefined`. */
  find(name: string): ValueInfo | undefined {
    return this.#values.get(name);
  }

  /** The value of a name that must exist. */
  value(name: string): ValueInfo {
    const value = this.#values.get(name);
    if (value === undefined)
      throw new OptionError(`value: expected a value of the graph "${this.name}", got "${name}".`);
    return value;
  }

  /** The numbers of a constant int64 tensor, or `undefined` if the value is not one. */
  constantInts(name: string): number[] | undefined {
    const data = this.#constants.get(name)?.data;
    return data instanceof BigInt64Array ? Array.from(data, Number) : undefined;
  }

  /** Puts a prefix before the names of all nodes that `build` adds without a name. */
  scope<T>(prefix: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = prefix;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  build(): Graph {
    return {
      name: this.name,
      inputs: [...this.#inputs],
      parameters: [...this.#parameters],
      constants: new Map(this.#constants),
      nodes: [...this.#nodes],
      outputs: [...this.#outputs],
      values: new Map(this.#values),
    };
  }

  // Shorthands for the operators that every rule and net uses.

  add(a: ValueInfo, b: ValueInfo): ValueInfo {
    return this.op("Add", [a, b]);
  }

  sub(a: ValueInfo, b: ValueInfo): ValueInfo {
    return this.op("Sub", [a, b]);
  }

  mul(a: ValueInfo, b: ValueInfo): ValueInfo {
    return this.op("Mul", [a, b]);
  }

  div(a: ValueInfo, b: ValueInfo): ValueInfo {
    return this.op("Div", [a, b]);
  }

  reshape(x: ValueInfo, shape: readonly number[]): ValueInfo {
    return this.op("Reshape", [x, this.ints(shape)]);
  }

  transpose(x: ValueInfo, perm: readonly number[]): ValueInfo {
    return this.op("Transpose", [x], { perm });
  }

  slice(
    x: ValueInfo,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps?: readonly number[],
  ): ValueInfo {
    return this.op("Slice", [x, this.ints(starts), this.ints(ends), this.ints(axes), steps && this.ints(steps)]);
  }

  /** Zero padding; `pads` holds all beginnings, then all ends. */
  pad(x: ValueInfo, pads: readonly number[]): ValueInfo {
    return pads.every((pad) => pad === 0) ? x : this.op("Pad", [x, this.ints(pads)]);
  }

  concat(values: readonly ValueInfo[], axis: number): ValueInfo {
    return this.op("Concat", values, { axis });
  }

  reduceSum(x: ValueInfo, axes: readonly number[], keepdims = false): ValueInfo {
    return this.op("ReduceSum", [x, this.ints(axes)], { keepdims: keepdims ? 1 : 0 });
  }

  reduceMean(x: ValueInfo, axes: readonly number[], keepdims = false): ValueInfo {
    return this.op("ReduceMean", [x, this.ints(axes)], { keepdims: keepdims ? 1 : 0 });
  }

  matMul(a: ValueInfo, b: ValueInfo): ValueInfo {
    return this.op("MatMul", [a, b]);
  }

  cast(x: ValueInfo, type: DataType): ValueInfo {
    return this.op("Cast", [x], { to: dataTypeCode(type) });
  }

  #define(value: ValueInfo): ValueInfo {
    if (value.name === "" || this.#values.has(value.name)) {
      throw new OptionError(`${this.name}: expected a new name for a value, got "${value.name}" again.`);
    }
    this.#values.set(value.name, value);
    return value;
  }

  #pushNode(node: Node): void {
    this.#nodes.push(node);
    for (const output of node.outputs) this.#producers.set(output, node);
  }

  #uniqueName(base: string): string {
    const stem = this.#scope === "" ? base : `${this.#scope}/${base}`;
    for (;;) {
      const count = this.#counters.get(stem) ?? 0;
      this.#counters.set(stem, count + 1);
      const name = count === 0 ? stem : `${stem}_${count}`;
      if (!this.#values.has(name)) return name;
    }
  }
}

function trimmed(names: string[]): string[] {
  while (names.at(-1) === "") names.pop();
  return names;
}

function toTypedArray(type: DataType, numbers: readonly number[]): TensorArray {
  const array = createArray(type, numbers.length);
  if (array instanceof BigInt64Array)
    numbers.forEach((number, index) => {
      array[index] = BigInt(number);
    });
  else array.set(numbers);
  return array;
}

/** The dimension of an axis, counted from the end if negative. */
export function dimOf(value: ValueInfo, axis: number): Dim {
  const dim = value.shape.at(axis);
  if (dim === undefined) throw new ShapeError(`dimOf: expected an axis of ${formatShape(value.shape)}, got ${axis}.`);
  return dim;
}
