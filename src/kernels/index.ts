/** Compiled loops, and what they have in common with their TypeScript twins. */

export { BoxSearch, type BoxSearchTables, type WindowSize, windowPositions } from "./box-search.ts";
export type { Corners, CrfMemory, Lattice, Layout, SliceScale } from "./crf-memory.ts";
export { ForestVotes } from "./forest-votes.ts";
export { filterSeparable, mirror } from "./separable-filter.ts";
export { joinWasmMemory, sharedWasmMemory, wasmCrfMemory } from "./wasm-crf-memory.ts";
export { buildLatticeWasm, tooFar } from "./wasm-lattice.ts";
export { hasWasmCrf } from "./wasm-module.ts";
