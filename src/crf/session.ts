/** A mean field at work, whoever does the work. */
import type { LatticeSize } from "../kernels/index.ts";
import { type Field, fieldBytes } from "./field.ts";
import { latticeBytes } from "./gaussian-filter.ts";
import type { Unary } from "./input.ts";
import type { KernelSource } from "./kernel-source.ts";

/** The two steps of a mean field before its updates; `close` in any case. */
export interface Session {
  /** Builds the lattices of the kernels; once. */
  build(sources: readonly KernelSource[]): Promise<readonly LatticeSize[]>;
  /** Sets the marginals to the softmax of the evidence. */
  open(unary: Unary): Promise<OpenField>;
  close(): Promise<void>;
}

/** A field and who updates it. */
export interface OpenField {
  readonly field: Field;
  /** One parallel update of all pixels; resolves to how many labels changed. */
  update(): Promise<number>;
}

/** Bytes of the working memory: the lattices, and what the updates read and write. */
export function workingBytes(unary: Unary, lattices: readonly LatticeSize[], threads: number): number {
  return lattices.reduce((sum, size) => sum + latticeBytes(size), fieldBytes(unary, lattices, threads));
}
