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
  const bins: BoxList[] = [];
  const kept = new Int32Array(limit);
  let count = 0;
  for (let i = 0; i < boxes.count && count < limit; i++) {
    const bin = Math.ceil(fround(fround(Math.log(area(boxes, i))) / binStep));
    const own = Math.min(Math.max(bin, reach), LARGEST_BIN - reach);
    if (overlapsAny(boxes, i, bins, own, reach, threshold)) continue;
    bins[own] ??= new BoxList();
    bins[own].push(boxes, i);
    kept[count++] = i;
    if (eta < 1 && threshold > 0.5) {
      threshold = fround(threshold * eta);
      reach = Math.min(Math.ceil(fround(fround(Math.log(fround(1 / threshold))) / binStep)), LARGEST_BIN / 2);
    }
  }
  return kept.slice(0, count);
}

/** Corners of boxes one after another, as they are compared. */
class BoxList {
  corners = new Int32Array(64);
  length = 0;

  push(boxes: ScoredBoxes, i: number): void {
    if (this.length === this.corners.length) {
      const longer = new Int32Array(2 * this.length);
      longer.set(this.corners);
      this.corners = longer;
    }
    this.corners.set(boxes.corners.subarray(4 * i, 4 * i + 4), this.length);
    this.length += 4;
  }
}

function area({ corners }: ScoredBoxes, i: number): number {
  return (corners[4 * i + 2]! - corners[4 * i]!) * (corners[4 * i + 3]! - corners[4 * i + 1]!);
}

function overlapsAny(
  boxes: ScoredBoxes,
  i: number,
  bins: readonly BoxList[],
  own: number,
  reach: number,
  threshold: number,
): boolean {
  const x0 = boxes.corners[4 * i]!;
  const y0 = boxes.corners[4 * i + 1]!;
  const x1 = boxes.corners[4 * i + 2]!;
  const y1 = boxes.corners[4 * i + 3]!;
  const ownArea = (x1 - x0) * (y1 - y0);
  // No IoU exceeds the share of the own area: pairs that surely stay below need no division.
  const leastShared = threshold * ownArea * (1 - 1e-5);
  // Own bin first, newest box first: windows that were refined to the same box follow each other in the order of scores.
  for (let away = 0; away <= 2 * reach; away++) {
    const others = bins[away % 2 === 0 ? own - away / 2 : own + (away + 1) / 2];
    if (others === undefined) continue;
    const { corners, length } = others;
    for (let at = length - 4; at >= 0; at -= 4) {
      const left = corners[at]!;
      const top = corners[at + 1]!;
      const right = corners[at + 2]!;
      const bottom = corners[at + 3]!;
      const width = Math.min(x1, right) - Math.max(x0, left);
      const height = Math.min(y1, bottom) - Math.max(y0, top);
      if (width <= 0 || height <= 0 || width * height < leastShared) continue;
      const shared = Math.fround(width * height);
      const either = Math.fround(Math.fround(ownArea + (right - left) * (bottom - top)) - shared);
      if (Math.fround(shared / either) > threshold) return true;
    }
  }
  return false;
}
