/** A mean field at work: in the caller's own thread, or shared by several. */
import type { Lattice } from "../kernels/index.ts";
import { type Backend, chooseBackend } from "./backend.ts";
import { createField, type Field, fieldBytes, startMarginals, updateField, type WeightedLattice } from "./field.ts";
import type { Unary } from "./input.ts";
import { buildSource, type KernelSource } from "./kernel-source.ts";
import type { MeanFieldOptions } from "./options.ts";
import type { CrfThreads } from "./threads.ts";

/** A field and who updates it. */
export interface Session {
  readonly field: Field;
  /** One parallel update of all pixels; resolves to how many labels changed. */
  update(): Promise<number>;
  close(): Promise<void>;
}

/** Opens sessions of one kind. */
export interface SessionKind {
  readonly threads: number;
  build(sources: readonly KernelSource[]): Promise<Lattice[]>;
  open(unary: Unary, kernels: readonly WeightedLattice[], options: MeanFieldOptions): Promise<Session>;
}

/** @throws {BackendError} if WebAssembly is needed and the platform lacks its SIMD. */
export function chooseSession({ backend = "auto", threads }: MeanFieldOptions): SessionKind {
  if (threads !== undefined) return sharedSession(chooseBackend("meanField", "wasm"), threads);
  const { build, reserve } = chooseBackend("meanField", backend);
  return {
    threads: 1,
    build: async (sources) => {
      const lattices: Lattice[] = [];
      for (const source of sources) lattices.push(await buildSource(build, source));
      return lattices;
    },
    open: async (unary, kernels, options) => {
      const memory = await reserve(fieldBytes(unary, kernels, 1));
      const field = createField(memory, unary, kernels, options, 1);
      startMarginals(memory, field, 0, field.layout.pixels);
      return { field, update: async () => updateField(memory, field), close: async () => undefined };
    },
  };
}

function sharedSession({ build }: Backend, threads: CrfThreads): SessionKind {
  return {
    threads: threads.count,
    build: (sources) => threads.build(sources, (source) => buildSource(build, source)),
    open: async (unary, kernels, options) => {
      const { memory, shared } = await threads.reserve(fieldBytes(unary, kernels, threads.count));
      const field = createField(memory, unary, kernels, options, threads.count);
      await threads.open(memory, shared, field);
      return { field, update: () => threads.update(field), close: () => threads.close() };
    },
  };
}
