/** Chooses between WebAssembly and TypeScript. */
import type { CrfMemory } from "../kernels/crf-memory.ts";
import type { MeanFieldOptions } from "./options.ts";
import { plainMemory } from "./plain-memory.ts";

/** @param bytes - What the caller will allocate. */
export async function chooseMemory(
  _backend: NonNullable<MeanFieldOptions["backend"]>,
  _bytes: number,
): Promise<CrfMemory> {
  return plainMemory();
}
