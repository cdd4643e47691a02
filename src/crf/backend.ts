/** Chooses between WebAssembly and TypeScript. */
import { BackendError } from "../errors.ts";
import { type CrfMemory, hasWasmCrf, wasmCrfMemory } from "../kernels/index.ts";
import type { MeanFieldOptions } from "./options.ts";
import { plainMemory } from "./plain-memory.ts";

/**
 * Reserves working memory.
 *
 * @param bytes - What the caller will allocate from it.
 * @throws {BackendError} if WebAssembly is asked for and the platform lacks its SIMD, or the memory.
 */
export async function chooseMemory(backend: NonNullable<MeanFieldOptions["backend"]>, bytes: number): Promise<CrfMemory> {
  if (backend === "typescript") return plainMemory();
  if (hasWasmCrf()) return wasmCrfMemory(bytes);
  if (backend === "auto") return plainMemory();
  throw new BackendError('meanField: expected a platform with WebAssembly SIMD, got none. Use backend "typescript" or "auto".');
}
