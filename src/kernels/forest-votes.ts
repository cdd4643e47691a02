/** Lays a structured forest into WebAssembly memory and lets patches of channels go down its trees there. */

import { compileModule } from "./compile-module.ts";
import { FOREST_VOTES_WASM } from "./forest-votes-wasm.ts";
import { growMemory, reserveMemory } from "./wasm-pages.ts";

/** A forest as the compiled walk reads it. */
export interface ForestTables {
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** Trees that vote at each place. */
  readonly evaluated: number;
  /** The left child of each node, the right one is next; 0 for a leaf. */
  readonly children: Int32Array;
  readonly thresholds: Float32Array;
  /**
   * For each node the two places of its feature within a patch: 65,536 * row + byte within the row; a second place of -1
   * stands for a feature that is one value and not a difference.
   */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Edge pixels of node n: `edgeBins[edgeStarts[n]]` to `edgeBins[edgeStarts[n + 1] - 1]`, column * 16 + row. */
  readonly edgeStarts: Int32Array;
  readonly edgeBins: Uint8Array;
}

/** The channels of a photo and the patches in them. */
export interface PatchGrid {
  /** Float32 `[height, width, channels]`. */
  readonly channels: Float32Array;
  /** Floats from one pixel, and from one row, to the next. */
  readonly pixel: number;
  readonly row: number;
  /** Rows of channels that a patch covers; patches are 1 pixel of the channels apart. */
  readonly patchRows: number;
  readonly rows: number;
  readonly columns: number;
}

interface Exports {
  readonly findLeaves: (...numbers: readonly number[]) => void;
  readonly castVotes: (...numbers: readonly number[]) => void;
}

/** Addresses below it belong to the module's constants. */
const MODULE_BYTES = 1024;
const NODE_BYTES = 16;
/** Rows of patches at a time, so that the memory stays small for a large photo. */
const STRIP_ROWS = 16;

let compiled: WebAssembly.Module | undefined;

/** A forest that is ready to vote. */
export class ForestVotes {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  readonly #trees: number;
  readonly #evaluated: number;
  readonly #edgeStarts: number;
  readonly #edgeBins: number;
  readonly #roots: number;
  /** Where the arrays of a photo begin: behind the forest. */
  readonly #end: number;

  constructor(forest: ForestTables) {
    compiled ??= compileModule(FOREST_VOTES_WASM);
    const { children, roots, edgeStarts, edgeBins } = forest;
    this.#edgeStarts = MODULE_BYTES + NODE_BYTES * children.length;
    this.#roots = this.#edgeStarts + edgeStarts.byteLength;
    this.#edgeBins = this.#roots + roots.byteLength;
    this.#end = 16 * Math.ceil((this.#edgeBins + edgeBins.length) / 16);
    this.#trees = roots.length;
    this.#evaluated = forest.evaluated;
    this.#memory = reserveMemory(this.#end);
    const { buffer } = this.#memory;
    const nodes = new Int32Array(buffer, MODULE_BYTES, 4 * children.length);
    const thresholds = new Float32Array(buffer, MODULE_BYTES, 4 * children.length);
    const address = (node: number): number => MODULE_BYTES + NODE_BYTES * node;
    for (let node = 0; node < children.length; node++) {
      const child = children[node]!;
      const isLeaf = child === 0;
      nodes[4 * node] = address(isLeaf ? node : child);
      nodes[4 * node + 1] = isLeaf ? 0 : forest.first[node]!;
      nodes[4 * node + 2] = isLeaf ? -1 : forest.second[node]!;
      thresholds[4 * node + 3] = isLeaf ? Number.POSITIVE_INFINITY : forest.thresholds[node]!;
    }
    new Int32Array(buffer, this.#edgeStarts, edgeStarts.length).set(edgeStarts);
    new Int32Array(buffer, this.#roots, roots.length).set(roots.map(address));
    new Uint8Array(buffer, this.#edgeBins, edgeBins.length).set(edgeBins);
    this.#exports = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } }).exports as unknown as Exports;
  }

  /**
   * Lets all patches vote.
   *
   * @param grid - {@link PatchGrid}.
   * @param step - Pixels of the photo from one patch to the next.
   * @param inner - Side of the part of a patch that is voted on, px of the photo.
   * @param vote - What an edge pixel of a leaf adds.
   * @param votes - Float32 `[height, width]` of the photo, all 0.
   */
  cast(grid: PatchGrid, step: number, inner: number, vote: number, votes: Float32Array, width: number): void {
    const { pixel, row, patchRows, rows, columns } = grid;
    const strip = Math.min(STRIP_ROWS, rows);
    const leaves = this.#end;
    const channels = leaves + 4 * strip * columns * this.#evaluated;
    const lines = channels + 4 * row * (strip + patchRows - 1);
    const overlap = inner - step;
    const linesLength = (strip * step + overlap) * width;
    growMemory(this.#memory, lines + 4 * linesLength);
    const { buffer } = this.#memory;
    const channelStrip = new Float32Array(buffer, channels, (strip + patchRows - 1) * row);
    const voteStrip = new Float32Array(buffer, lines, linesLength).fill(0);
    for (let first = 0; first < rows; first += strip) {
      const count = Math.min(strip, rows - first);
      channelStrip.set(grid.channels.subarray(first * row, (first + count + patchRows - 1) * row));
      this.#exports.findLeaves(
        channels,
        4 * pixel,
        4 * row,
        first,
        count,
        columns,
        this.#roots,
        this.#trees,
        this.#evaluated,
        leaves,
      );
      this.#exports.castVotes(
        leaves,
        count,
        columns,
        this.#evaluated,
        MODULE_BYTES,
        this.#edgeStarts,
        this.#edgeBins,
        step,
        vote,
        lines,
        width,
      );
      const done = count * step * width;
      votes.set(voteStrip.subarray(0, done + overlap * width), first * step * width);
      voteStrip.copyWithin(0, done, done + overlap * width).fill(0, overlap * width);
    }
  }
}
