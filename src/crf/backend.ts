/** Chooses between WebAssembly and TypeScript. */
import { BackendError } from "../errors.ts";
import { buildLatticeWasm, type CrfMemory, hasWasmCrf, wasmCrfMemory } from "../kernels/index.ts";
import type { BuildLattice } from "./kernel-source.ts";
import { buildLattice } from "./lattice.ts";
import type { MeanFieldOptions } from "./options.ts";
import { plainMemory } from "./plain-memory.ts";

/** Who builds lattices and who runs the loops over them. */
export interface Backend {
  readonly build: BuildLattice;
  /** @param bytes - What will be allocated from it. */
  reserve(bytes: number): Promise<CrfMemory>;
}

const WASM: Backend = { build: buildLatticeWasm, reserve: wasmCrfMemory };

const PLAIN: Backend = {
  build: async (features, dimension) => buildLattice(features, dimension),
  reserve: async () => plainMemory(),
};

/** @throws {BackendError} if WebAssembly is asked for and the platform lacks its SIMD. */
export function chooseBackend(caller: string, wish: NonNullable<MeanFieldOptions["backend"]>): Backend {
  if (wish === "typescript") return PLAIN;
  if (hasWasmCrf()) return WASM;
  if (wish === "auto") return PLAIN;
  throw new BackendError(
    `${caller}: expected a platform with WebAssembly SIMD, got none. Use backend "typescript" or "auto", without threads.`,
  );
}
