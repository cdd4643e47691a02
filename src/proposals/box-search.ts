/**
 * The search for high-scoring boxes: a grid of sliding windows, then a greedy refinement of each.
 *
 * Source: Zitnick and Dollár, ECCV 2014, section 3.3.
 */

import { BackendError } from "../errors.ts";
import { type BoxSearch, type WindowSize, windowPositions } from "../kernels/index.ts";
import type { EdgeBoxesOptions } from "./edge-boxes-options.ts";
import { orderByScore } from "./order-by-score.ts";

/** Boxes by corners, both inside the image, and their scores. */
export interface ScoredBoxes {
  readonly count: number;
  /** x0, y0, x1, y1 of each box. */
  readonly corners: Int32Array;
  readonly scores: Float32Array;
}

/** Beyond this a search takes minutes and gigabytes. */
const MOST_WINDOWS = 20_000_000;

/**
 * Scores all windows and refines those that score at all.
 *
 * @returns The boxes with a score over 0, best first; equal scores in the order of the scan (scale, aspect ratio, x, y).
 */
export function searchBoxes(search: BoxSearch, width: number, height: number, options: EdgeBoxesOptions): ScoredBoxes {
  const alpha = Math.fround(options.alpha);
  const stepRatio = Math.fround(Math.fround(1 - alpha) / Math.fround(1 + alpha));
  const sizes = windowSizes(width, height, options, stepRatio);
  checkWindowCount(sizes, width, height);
  return sortByScore(sizes.map((size) => search.scan(size, stepRatio)));
}

/** The sizes of the windows: every scale with every aspect ratio, and the steps between positions. */
function windowSizes(width: number, height: number, options: EdgeBoxesOptions, stepRatio: number): WindowSize[] {
  const { fround, log } = Math;
  const alpha = fround(options.alpha);
  const scaleStep = fround(Math.sqrt(fround(1 / alpha)));
  const aspectStep = fround(fround(1 + alpha) / fround(2 * alpha));
  const smallest = fround(Math.sqrt(fround(options.minBoxArea)));
  const aspects = Math.floor(fround(log(options.maxAspectRatio)) / fround(log(fround(aspectStep * aspectStep))));
  const scales = Math.ceil(fround(log(fround(Math.max(width, height) / smallest))) / fround(log(scaleStep)));
  const sizes: WindowSize[] = [];
  for (let scale = 0; scale < scales; scale++) {
    const side = fround(smallest * fround(scaleStep ** scale));
    for (let power = -aspects; power <= aspects; power++) {
      const aspect = fround(aspectStep ** power);
      const windowHeight = Math.trunc(fround(side / aspect));
      const windowWidth = Math.trunc(fround(side * aspect));
      sizes.push({
        width: windowWidth,
        height: windowHeight,
        stepX: Math.max(2, Math.trunc(fround(windowWidth * stepRatio))),
        stepY: Math.max(2, Math.trunc(fround(windowHeight * stepRatio))),
      });
    }
  }
  return sizes;
}

function checkWindowCount(sizes: readonly WindowSize[], width: number, height: number): void {
  const count = sizes.reduce((sum, size) => sum + windowPositions(size, width, height), 0);
  if (count > MOST_WINDOWS) {
    throw new BackendError(
      `edgeBoxes: expected at most ${MOST_WINDOWS} search windows, got ${count} for ${width} x ${height} px. ` +
        "Lower alpha, raise minBoxArea, or make the photo smaller.",
    );
  }
}

/** Puts the boxes of all sizes in one list, largest score first; ties keep their order. */
function sortByScore(found: readonly { readonly corners: Int32Array; readonly scores: Float32Array }[]): ScoredBoxes {
  const count = found.reduce((sum, { scores }) => sum + scores.length, 0);
  const corners = new Int32Array(4 * count);
  const scores = new Float32Array(count);
  let at = 0;
  for (const boxes of found) {
    corners.set(boxes.corners, 4 * at);
    scores.set(boxes.scores, at);
    at += boxes.scores.length;
  }
  const order = orderByScore(scores);
  const sorted = { count, corners: new Int32Array(4 * count), scores: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const from = order[i]!;
    sorted.scores[i] = scores[from]!;
    for (let side = 0; side < 4; side++) sorted.corners[4 * i + side] = corners[4 * from + side]!;
  }
  return sorted;
}
