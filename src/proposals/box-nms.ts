/**
 * Non-maximum suppression of boxes, with the published adaptive threshold.
 *
 * Source: Zitnick and Dollár, ECCV 2014, section 3.3; `eta` and the bins by area are from the published software.
 */

import type { ScoredBoxes } from "./box-search.ts";

/** Settings of {@link suppressBoxes}. */
export interface BoxNmsOptions {
  /** IoU above which the weaker box is dropped; over 0.99 nothing is dropped. */
  readonly beta: number;
  /** Factor on the threshold after each kept box, while it is over 0.5. */
  readonly eta: number;
  /** Number of boxes at most. */
  readonly maxBoxes: number;
}

/** Above this no box is dropped. */
const NO_SUPPRESSION = 0.99;
const LARGEST_BIN = 10_000;

/**
 * Keeps each box, best first, that overlaps no kept box of a similar area by more than the threshold.
 *
 * @param boxes - Sorted by score, best first, areas over 0.
 * @returns Places of the kept boxes in `boxes`, best first.
 */
export function suppressBoxes(boxes: ScoredBoxes, options: BoxNmsOptions): Int32Array {
  const { fround } = Math;
  let threshold = fround(options.beta);
  const eta = fround(options.eta);
  const limit = Math.min(options.maxBoxes, boxes.count);
  if (threshold > NO_SUPPRESSION) return Int32Array.from({ length: limit }, (_, i) => i);

  // Boxes whose areas differ by more than the threshold cannot overlap by more: compare neighbouring bins only.
  const binStep = fround(Math.log(fround(1 / threshold)));
  let reach = 1;
  const bins: number[][] = [];
  const kept = new Int32Array(limit);
  let count = 0;
  for (let i = 0; i < boxes.count && count < limit; i++) {
    const own = Math.min(
      Math.max(Math.ceil(fround(fround(Math.log(area(boxes, i))) / binStep)), reach),
      LARGEST_BIN - reach,
    );
    let free = true;
    for (let bin = own - reach; bin <= own + reach && free; bin++) {
      const others = bins[bin];
      if (others !== undefined) free = !overlapsAny(boxes, i, others, threshold);
    }
    if (!free) continue;
    bins[own] ??= [];
    bins[own].push(i);
    kept[count++] = i;
    if (eta < 1 && threshold > 0.5) {
      threshold = fround(threshold * eta);
      reach = Math.ceil(fround(fround(Math.log(fround(1 / threshold))) / binStep));
    }
  }
  return kept.slice(0, count);
}

function area({ corners }: ScoredBoxes, i: number): number {
  return (corners[4 * i + 2]! - corners[4 * i]!) * (corners[4 * i + 3]! - corners[4 * i + 1]!);
}

function overlapsAny(boxes: ScoredBoxes, i: number, others: readonly number[], threshold: number): boolean {
  const { corners } = boxes;
  const x0 = corners[4 * i]!;
  const y0 = corners[4 * i + 1]!;
  const x1 = corners[4 * i + 2]!;
  const y1 = corners[4 * i + 3]!;
  const ownArea = (x1 - x0) * (y1 - y0);
  for (let k = 0; k < others.length; k++) {
    const at = 4 * others[k]!;
    const left = corners[at]!;
    const top = corners[at + 1]!;
    const right = corners[at + 2]!;
    const bottom = corners[at + 3]!;
    const width = Math.min(x1, right) - Math.max(x0, left);
    const height = Math.min(y1, bottom) - Math.max(y0, top);
    if (width <= 0 || height <= 0) continue;
    const shared = Math.fround(width * height);
    const either = Math.fround(Math.fround(ownArea + (right - left) * (bottom - top)) - shared);
    if (Math.fround(shared / either) > threshold) return true;
  }
  return false;
}
