/** Compiled loops, and what they have in common with their TypeScript twins. */

export { BoxSearch, type BoxSearchTables, type WindowSize, windowPositions } from "./box-search.ts";
export type {
  Corners,
  CrfMemory,
  CrfWorkspace,
  Lattice,
  LatticeSize,
  Layout,
  PointFeatures,
  SliceScale,
} from "./crf-memory.ts";
export { ForestVotes } from "./forest-votes.ts";
export { filterSeparable, mirror } from "./separable-filter.ts";
export { adamWLoop, averageLoop, sgdLoop } from "./update.ts";
export { type AxesTask, type LinkAxes, tooFar } from "./wasm-lattice.ts";
export { hasWasmCrf } from "./wasm-module.ts";
export { joinWorkspace, sharedWorkspace, wasmWorkspace } from "./wasm-workspace.ts";
