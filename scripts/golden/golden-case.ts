/** One golden file while it is worked through: what was read of it, what was compared, and what nobody looked at. */
import type { Tensor } from "deconvnet/onnx";
import { type GoldenDevice, PROCESSOR } from "./device.ts";
import { compareNumbers, type GoldenRow, type Numbers } from "./row.ts";

export type Tensors = Readonly<Record<string, Tensor>>;
export type Metadata = Readonly<Record<string, string>>;

export class GoldenCase {
  readonly metadata: Metadata;
  readonly device: GoldenDevice;
  readonly #tensors: Tensors;
  readonly #tolerances: Readonly<Record<string, number>>;
  readonly #seen = new Set<string>();
  readonly #rows: GoldenRow[] = [];

  constructor(tensors: Tensors, metadata: Metadata, device: GoldenDevice = PROCESSOR) {
    this.device = device;
    this.#tensors = tensors;
    this.metadata = metadata;
    this.#tolerances = JSON.parse(metadata["atol"] ?? "{}") as Record<string, number>;
  }

  /** Whether it runs where all operators are; elsewhere only the portable forms do. */
  get isNative(): boolean {
    return this.device.runtime.device === "cpu";
  }

  get names(): readonly string[] {
    return Object.keys(this.#tensors);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#tensors, name);
  }

  /** A tensor that is fed. */
  input(name: string): Tensor {
    this.#seen.add(name);
    return this.stored(name);
  }

  /** A tensor that is only looked at, for its shape. */
  stored(name: string): Tensor {
    const tensor = this.#tensors[name];
    if (tensor === undefined) throw new Error(`expected a tensor "${name}" in the file, got none`);
    return tensor;
  }

  /** The size of one axis of a stored tensor. */
  size(name: string, axis: number): number {
    const size = this.stored(name).shape[axis];
    if (size === undefined)
      throw new Error(`expected an axis ${axis} of "${name}", got ${this.stored(name).shape.length} axes`);
    return size;
  }

  /** A number of the metadata. */
  number(key: string, otherwise?: number): number {
    const text = this.metadata[key];
    const value = text === undefined ? otherwise : Number(text);
    if (value === undefined || Number.isNaN(value)) {
      throw new Error(`expected a number "${key}" in the metadata, got ${text ?? "none"}`);
    }
    return value;
  }

  /** A flag of the metadata, as Python writes it. */
  flag(key: string): boolean {
    return (this.metadata[key] ?? "False").toLowerCase() === "true";
  }

  /**
   * Compares an output. Where the file has it not, nothing happens.
   *
   * @param form - Which of our forms made the numbers, for the table.
   * @param magnitude - The largest value that the output was summed up from, if that is above the output's own.
   */
  check(name: string, ours: Numbers, form = "", magnitude = 0): void {
    if (!this.has(name)) return;
    this.#seen.add(name);
    const tensor = form === "" ? name : `${name} (${form})`;
    this.#rows.push(compareNumbers(tensor, ours, this.stored(name), this.#tolerance(name, magnitude)));
  }

  /** The rows; a tensor that was neither fed nor compared is a failed one. */
  rows(): readonly GoldenRow[] {
    const missed = this.names.filter((name) => !this.#seen.has(name));
    const unchecked = missed.map((name) => ({
      tensor: `${name} was not checked`,
      maxAbs: Number.NaN,
      maxRel: Number.NaN,
      atol: this.#tolerances[name] ?? 0,
      ok: false,
    }));
    return [...this.#rows, ...unchecked];
  }

  /** `grad64.x` is the same quantity as `grad.x`. Floats without a tolerance get its floor, ten half-ulps. */
  #tolerance(name: string, magnitude: number): number {
    const given = this.#tolerances[name] ?? this.#tolerances[name.replace(/^grad64\./, "grad.")];
    if (given !== undefined) return given;
    const { type, data } = this.stored(name);
    if (!type.startsWith("float")) return 0;
    const exponent = Math.floor(Math.log2(Math.max(largestOf(data), magnitude, Number.MIN_VALUE)));
    return 10 * 2 ** (exponent - 24);
  }
}

/** The largest magnitude of a list. */
export function largestOf(data: ArrayLike<number> | ArrayLike<bigint>): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(Number(data[i])));
  return largest;
}
