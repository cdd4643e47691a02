/** Compiled loops, and what they have in common with their TypeScript twins. */
export type { Corners, CrfMemory, Layout, SliceScale } from "./crf-memory.ts";
export { hasWasmCrf, wasmCrfMemory } from "./wasm-crf-memory.ts";
