/** What an operator of the reference interpreter sees of its node: inputs by position, attributes by name. */
import type { Attribute, DataType, Node } from "../../src/onnx/index.ts";
import type { NumericTensor } from "./numeric-tensor.ts";

/** Computes all outputs of a node, the optional ones too. */
export type Operator = (call: OperatorCall) => readonly NumericTensor[];

export class OperatorCall {
  readonly node: Node;
  readonly #inputs: readonly (NumericTensor | undefined)[];
  readonly #typeOf: (name: string) => DataType;
  readonly #known = new Set<string>();

  constructor(node: Node, inputs: readonly (NumericTensor | undefined)[], typeOf: (name: string) => DataType) {
    this.node = node;
    this.#inputs = inputs;
    this.#typeOf = typeOf;
  }

  fail(expected: string, got: string): never {
    throw new Error(`interpret: ${this.node.op} "${this.node.name}": expected ${expected}, got ${got}.`);
  }

  get inputCount(): number {
    return this.#inputs.length;
  }

  optional(position: number): NumericTensor | undefined {
    return this.#inputs[position];
  }

  input(position: number): NumericTensor {
    return this.#inputs[position] ?? this.fail(`an input at position ${position}`, "none");
  }

  allInputs(): NumericTensor[] {
    return this.#inputs.map((_, position) => this.input(position));
  }

  /** An input that holds a list of whole numbers (axes, a shape), or `undefined` if it is left out. */
  integers(position: number): number[] | undefined {
    const tensor = this.optional(position);
    if (tensor === undefined) return undefined;
    if (tensor.shape.length > 1) this.fail(`a list at input ${position}`, `shape [${tensor.shape.join(", ")}]`);
    return [...tensor.data];
  }

  /** The type that the graph declares for an input. */
  inputType(position: number): DataType {
    return this.#typeOf(this.node.inputs[position] ?? "");
  }

  #attribute(name: string): Attribute | undefined {
    this.#known.add(name);
    return this.node.attributes[name];
  }

  number(name: string, fallback?: number): number {
    const value = this.#attribute(name) ?? fallback;
    return typeof value === "number" ? value : this.fail(`a number as attribute ${name}`, String(value));
  }

  numbers(name: string, fallback?: readonly number[]): readonly number[] {
    const value = this.#attribute(name) ?? fallback;
    return Array.isArray(value) ? value : this.fail(`a list of numbers as attribute ${name}`, String(value));
  }

  text(name: string, fallback: string): string {
    const value = this.#attribute(name) ?? fallback;
    return typeof value === "string" ? value : this.fail(`a string as attribute ${name}`, String(value));
  }

  has(name: string): boolean {
    return this.#attribute(name) !== undefined;
  }

  /** The axis as `0..rank-1`; ONNX counts negative ones from the back. */
  axis(axis: number, rank: number): number {
    if (!(axis >= -rank && axis < rank)) this.fail(`an axis from ${-rank} to ${rank - 1}`, String(axis));
    return axis < 0 ? axis + rank : axis;
  }

  /** Attributes of the node that the operator never asked for: it would have computed something else than was meant. */
  unknownAttributes(): string[] {
    return Object.keys(this.node.attributes).filter((name) => !this.#known.has(name));
  }
}
