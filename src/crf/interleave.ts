/** Between the public layout, one plane per class, and the working layout `[groups, pixels, lanes]`. */
import type { Layout } from "../kernels/index.ts";

/** Most classes in a group; see `kernels/crf-memory.ts`. */
const MAX_LANES = 12;

/** Deals classes into few groups, as evenly as multiples of 4 allow; into as many as there are threads if they suffice. */
export function layoutOf(classes: number, pixels: number, threads: number): Layout {
  const fewest = Math.max(Math.ceil(classes / MAX_LANES), Math.min(threads, Math.ceil(classes / 4)));
  const lanes = Math.ceil(classes / fewest / 4) * 4;
  return { classes, pixels, lanes, groups: Math.ceil(classes / lanes) };
}

/** Floats in the working layout. */
export function laneCount({ groups, pixels, lanes }: Layout): number {
  return groups * pixels * lanes;
}

/** The part of a working array that holds one group. */
export function groupOf(rows: Float32Array, { pixels, lanes }: Layout, group: number): Float32Array {
  return rows.subarray(group * pixels * lanes, (group + 1) * pixels * lanes);
}

/** Pixels turned at a time, so that the rows being written stay in the cache. */
const TILE = 256;

/** Writes `factor * planes` (`[classes, pixels]`) to the working layout; lanes that are no class become 0. */
export function interleave(planes: Float32Array, factor: number, rows: Float32Array, layout: Layout): void {
  const { classes, pixels, groups, lanes } = layout;
  for (let begin = 0; begin < pixels; begin += TILE) {
    const end = Math.min(begin + TILE, pixels);
    for (let c = 0; c < groups * lanes; c++) {
      const first = firstLane(layout, c);
      if (c < classes) for (let i = begin; i < end; i++) rows[first + i * lanes] = factor * planes[c * pixels + i]!;
      else for (let i = begin; i < end; i++) rows[first + i * lanes] = 0;
    }
  }
}

/** The way back, to `[classes, pixels]`. */
export function deinterleave(rows: Float32Array, planes: Float32Array, layout: Layout): void {
  const { classes, pixels, lanes } = layout;
  for (let begin = 0; begin < pixels; begin += TILE) {
    const end = Math.min(begin + TILE, pixels);
    for (let c = 0; c < classes; c++) {
      const first = firstLane(layout, c);
      for (let i = begin; i < end; i++) planes[c * pixels + i] = rows[first + i * lanes]!;
    }
  }
}

/** Where pixel 0 of a class is; the next pixel is `lanes` further. */
export function firstLane({ pixels, lanes }: Layout, c: number): number {
  return Math.floor(c / lanes) * pixels * lanes + (c % lanes);
}
