/** Lays the tables of one edge map into WebAssembly memory and runs the compiled box search on them. */

import { BOX_SEARCH_WASM } from "./box-search-wasm.ts";
import { compileModule } from "./compile-module.ts";
import { growMemory, reserveMemory } from "./wasm-pages.ts";

/** What scores are computed from; group 0 stands for none. */
export interface BoxSearchTables {
  readonly width: number;
  readonly height: number;
  /** Lower scores count as 0. */
  readonly minScore: number;
  /** Integral images, `[width + 1, height + 1]`: of whole groups at one pixel each, and of edge strengths. */
  readonly groupSums: Float32Array;
  readonly edgeSums: Float32Array;
  /** Runs of groups along rows and columns, `[width, height]`; see `proposals/group-runs.ts`. */
  readonly rowRuns: Int32Array;
  readonly rowGroups: Int32Array;
  readonly columnRuns: Int32Array;
  readonly columnGroups: Int32Array;
  /** The pixel and the strength of each group. */
  readonly groupX: Int32Array;
  readonly groupY: Int32Array;
  readonly groupMagnitude: Float32Array;
  /** Neighbours of group g: entries `affinityStarts[g]` to `affinityStarts[g + 1]`. */
  readonly affinityStarts: Int32Array;
  readonly affinityGroups: Int32Array;
  readonly affinityValues: Float32Array;
  /** Factor on the strength for half the width plus half the height. */
  readonly norms: Float32Array;
}

/** One size of window and the steps between its positions, px. */
export interface WindowSize {
  readonly width: number;
  readonly height: number;
  readonly stepX: number;
  readonly stepY: number;
}

interface Exports {
  readonly useTables: (...numbers: readonly number[]) => void;
  readonly score: (x0: number, y0: number, x1: number, y1: number, atMost: number) => number;
  readonly scan: (
    width: number,
    height: number,
    stepX: number,
    stepY: number,
    stepRatio: number,
    out: number,
  ) => number;
}

/** Addresses below it belong to the module's constants. */
const MODULE_BYTES = 1024;
/** Bytes of a group's record and of a found box. */
const GROUP_BYTES = 16;
const FOUND_BYTES = 20;

let compiled: WebAssembly.Module | undefined;

/** The compiled search on the tables of one edge map. */
export class BoxSearch {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  /** Where the found boxes go: behind the tables. */
  readonly #out: number;
  readonly #width: number;
  readonly #height: number;

  constructor(tables: BoxSearchTables) {
    compiled ??= compileModule(BOX_SEARCH_WASM);
    const { width, height, minScore, groupSums, edgeSums, rowRuns, rowGroups, columnRuns, columnGroups, norms } =
      tables;
    const groups = tables.groupX.length;
    const records = new Int32Array((groups * GROUP_BYTES) / 4);
    const magnitudes = new Float32Array(records.buffer);
    for (let group = 0; group < groups; group++) {
      records[4 * group] = tables.groupX[group]!;
      records[4 * group + 1] = tables.groupY[group]!;
      magnitudes[4 * group + 2] = tables.groupMagnitude[group]!;
    }
    const pairs = new Int32Array(2 * tables.affinityGroups.length);
    const values = new Float32Array(pairs.buffer);
    for (let i = 0; i < tables.affinityGroups.length; i++) {
      pairs[2 * i] = tables.affinityGroups[i]!;
      values[2 * i + 1] = tables.affinityValues[i]!;
    }
    const scratch = new Int32Array(groups);
    const parts = [groupSums, edgeSums, rowRuns, rowGroups, columnRuns, columnGroups, records];
    parts.push(tables.affinityStarts, pairs, norms, scratch, scratch);
    const addresses: number[] = [];
    let end = MODULE_BYTES;
    for (const part of parts) {
      addresses.push(end);
      end += 8 * Math.ceil(part.byteLength / 8);
    }
    this.#memory = reserveMemory(end);
    const bytes = new Uint8Array(this.#memory.buffer);
    parts.forEach((part, i) => {
      bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), addresses[i]!);
    });
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.#exports = instance.exports as unknown as Exports;
    this.#exports.useTables(width, height, minScore, groups - 1, ...addresses);
    [this.#out, this.#width, this.#height] = [end, width, height];
  }

  /**
   * Scores the box with corners (x0, y0) and (x1, y1), inside the image, both corners counted as part of it.
   *
   * @param atMost - A box that scores no more than this gets 0: the exact score is worked out only for better ones.
   * @returns The score, or 0 if it is under `minScore` or no more than `atMost`.
   */
  score(x0: number, y0: number, x1: number, y1: number, atMost: number): number {
    return this.#exports.score(x0, y0, x1, y1, atMost);
  }

  /**
   * Scores windows of one size at all positions and refines those that score; boxes without extent are left out.
   *
   * @param stepRatio - Step of the refinement relative to the sides.
   * @returns Corners (four numbers a box) and scores in the order of the scan.
   */
  scan(size: WindowSize, stepRatio: number): { readonly corners: Int32Array; readonly scores: Float32Array } {
    const positions = windowPositions(size, this.#width, this.#height);
    growMemory(this.#memory, this.#out + FOUND_BYTES * positions);
    const { width, height, stepX, stepY } = size;
    const count = this.#exports.scan(width, height, stepX, stepY, stepRatio, this.#out);
    const whole = new Int32Array(this.#memory.buffer, this.#out, 5 * count);
    const real = new Float32Array(this.#memory.buffer, this.#out, 5 * count);
    const corners = new Int32Array(4 * count);
    const scores = new Float32Array(count);
    let boxes = 0;
    for (let i = 0; i < 5 * count; i += 5) {
      // Windows of a pixel or less may end where they begin.
      if (whole[i + 2]! <= whole[i]! || whole[i + 3]! <= whole[i + 1]!) continue;
      for (let side = 0; side < 4; side++) corners[4 * boxes + side] = whole[i + side]!;
      scores[boxes++] = real[i + 4]!;
    }
    return { corners: corners.subarray(0, 4 * boxes), scores: scores.subarray(0, boxes) };
  }
}

/** Number of positions of a window in an image; it may leave the image by less than a step. */
export function windowPositions(size: WindowSize, width: number, height: number): number {
  const along = (length: number, window: number, step: number): number =>
    Math.max(0, Math.ceil((length - window + step) / step));
  return along(width, size.width, size.stepX) * along(height, size.height, size.stepY);
}
