/**
 * The search for high-scoring boxes: a grid of sliding windows, then a greedy refinement of each.
 *
 * Source: Zitnick and Dollár, ECCV 2014, section 3.3.
 */

import { OptionError } from "../errors.ts";
import type { BoxScorer } from "./box-scorer.ts";
import type { EdgeBoxesOptions } from "./edge-boxes-options.ts";

/** Boxes by corners, both inside the image, and their scores. */
export interface ScoredBoxes {
  readonly count: number;
  /** x0, y0, x1, y1 of each box. */
  readonly corners: Int32Array;
  readonly scores: Float32Array;
}

/** Beyond this a search takes minutes and gigabytes. */
const MOST_WINDOWS = 20_000_000;

interface WindowSize {
  readonly width: number;
  readonly height: number;
  readonly stepX: number;
  readonly stepY: number;
}

/**
 * Scores all windows and refines those that score at all.
 *
 * @returns The boxes with a score over 0, best first; equal scores in the order of the scan (scale, aspect ratio, x, y).
 */
export function searchBoxes(scorer: BoxScorer, options: EdgeBoxesOptions): ScoredBoxes {
  const { width, height } = scorer;
  const alpha = Math.fround(options.alpha);
  const stepRatio = Math.fround(Math.fround(1 - alpha) / Math.fround(1 + alpha));
  const sizes = windowSizes(width, height, options, stepRatio);
  checkWindowCount(sizes, width, height);
  const refiner = new BoxRefiner(scorer, stepRatio);
  const found: number[] = [];
  const scores: number[] = [];
  for (const size of sizes) {
    for (let x = 0; x < width - size.width + size.stepX; x += size.stepX) {
      const x0 = Math.min(x, width - 1);
      const x1 = Math.min(x + size.width, width - 1);
      for (let y = 0; y < height - size.height + size.stepY; y += size.stepY) {
        const y0 = Math.min(y, height - 1);
        const y1 = Math.min(y + size.height, height - 1);
        const score = scorer.score(x0, y0, x1, y1, 0);
        if (score === 0) continue;
        scores.push(refiner.refine(x0, y0, x1, y1, score));
        found.push(refiner.x0, refiner.y0, refiner.x1, refiner.y1);
      }
    }
  }
  return sortByScore(found, scores);
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
  const positions = (length: number, window: number, step: number): number =>
    Math.max(0, Math.ceil((length - window + step) / step));
  let count = 0;
  for (const size of sizes) {
    count += positions(width, size.width, size.stepX) * positions(height, size.height, size.stepY);
  }
  if (count > MOST_WINDOWS) {
    throw new OptionError(
      `edgeBoxes: expected at most ${MOST_WINDOWS} search windows, got ${count} for ${width} x ${height} px. ` +
        "Lower alpha or raise minBoxArea.",
    );
  }
}

/** Moves the sides of a box one at a time, by steps that halve, as long as the score rises. */
class BoxRefiner {
  readonly #scorer: BoxScorer;
  readonly #stepRatio: number;
  /** Corners of the box refined last. */
  x0 = 0;
  y0 = 0;
  x1 = 0;
  y1 = 0;
  #score = 0;

  constructor(scorer: BoxScorer, stepRatio: number) {
    this.#scorer = scorer;
    this.#stepRatio = stepRatio;
  }

  /** Refines a box of known score and returns the score reached; the corners are left in `x0` to `y1`. */
  refine(x0: number, y0: number, x1: number, y1: number, score: number): number {
    [this.x0, this.y0, this.x1, this.y1, this.#score] = [x0, y0, x1, y1, score];
    const right = this.#scorer.width - 1;
    const bottom = this.#scorer.height - 1;
    let stepY = Math.trunc(Math.fround((y1 - y0) * this.#stepRatio));
    let stepX = Math.trunc(Math.fround((x1 - x0) * this.#stepRatio));
    for (;;) {
      stepY >>= 1;
      stepX >>= 1;
      if (stepY <= 2 && stepX <= 2) return this.#score;
      stepY = Math.max(1, stepY);
      stepX = Math.max(1, stepX);
      // Each side outward; inward only if outward did not help.
      if (!this.#try(this.x0, Math.max(0, this.y0 - stepY), this.x1, this.y1)) {
        this.#try(this.x0, Math.min(bottom, this.y0 + stepY), this.x1, this.y1);
      }
      if (!this.#try(this.x0, this.y0, this.x1, Math.min(bottom, this.y1 + stepY))) {
        this.#try(this.x0, this.y0, this.x1, this.y1 - stepY);
      }
      if (!this.#try(Math.max(0, this.x0 - stepX), this.y0, this.x1, this.y1)) {
        this.#try(Math.min(right, this.x0 + stepX), this.y0, this.x1, this.y1);
      }
      if (!this.#try(this.x0, this.y0, Math.min(right, this.x1 + stepX), this.y1)) {
        this.#try(this.x0, this.y0, this.x1 - stepX, this.y1);
      }
    }
  }

  #try(x0: number, y0: number, x1: number, y1: number): boolean {
    if (x1 <= x0 || y1 <= y0) return false;
    const score = this.#scorer.score(x0, y0, x1, y1, this.#score);
    if (score === 0) return false;
    [this.x0, this.y0, this.x1, this.y1, this.#score] = [x0, y0, x1, y1, score];
    return true;
  }
}

/** Sorts by score, largest first; ties keep their order. */
function sortByScore(corners: readonly number[], scores: readonly number[]): ScoredBoxes {
  const count = scores.length;
  // Bits of a positive float32 order like the number; score and place in one float64 sort without a comparator.
  const bits = new Int32Array(Float32Array.from(scores).buffer);
  const place = 2 ** Math.ceil(Math.log2(count + 1));
  const keys = Float64Array.from(bits, (bit, i) => (place - 1 - i) / place + bit).sort();
  const sorted = { count, corners: new Int32Array(4 * count), scores: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const key = keys[count - 1 - i]!;
    const from = place - 1 - Math.round((key - Math.floor(key)) * place);
    sorted.scores[i] = scores[from]!;
    for (let side = 0; side < 4; side++) sorted.corners[4 * i + side] = corners[4 * from + side]!;
  }
  return sorted;
}
