/** Compiled loops and their loaders. */

export { BoxSearch, type BoxSearchTables, type WindowSize, windowPositions } from "./box-search.ts";
