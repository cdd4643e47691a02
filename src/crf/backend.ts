/** Chooses between WebAssembly and TypeScript. */
import { BackendError } from "../errors.ts";
import { type CrfWorkspace, hasWasmCrf, wasmWorkspace } from "../kernels/index.ts";
import type { MeanFieldOptions } from "./options.ts";
import { plainWorkspace } from "./plain-workspace.ts";

/** @throws {BackendError} if WebAssembly is asked for and the platform lacks its SIMD. */
export async function openWorkspace(
  caller: string,
  wish: NonNullable<MeanFieldOptions["backend"]>,
): Promise<CrfWorkspace> {
  if (wish === "typescript") return plainWorkspace();
  if (hasWasmCrf()) return await wasmWorkspace();
  if (wish === "auto") return plainWorkspace();
  throw noSimd(caller);
}

/** The error where WebAssembly is needed and cannot be had. */
export function noSimd(caller: string): BackendError {
  return new BackendError(
    `${caller}: expected a platform with WebAssembly SIMD, got none. Use backend "typescript" or "auto", without threads.`,
  );
}
