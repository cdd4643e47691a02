/**
 * The score of a box: edge strength of the groups that lie wholly inside it, over its size.
 *
 * Source: Zitnick and Dollár, ECCV 2014, section 3.2. The order of all float32 sums is that of the published software.
 */

import type { EdgeBoxesOptions } from "./edge-boxes-options.ts";
import type { EdgeGroups } from "./edge-groups.ts";
import type { EdgeMap } from "./edge-map.ts";
import { type GroupAffinities, LEAST_AFFINITY } from "./group-affinity.ts";
import { type GroupRuns, groupRuns } from "./group-runs.ts";
import { integralImage } from "./integral-image.ts";

/** More than the rounding of one float32 step, relative to the largest value in it. */
const ROUNDING = 2 ** -21;

/** Scores boxes on one image; holds the look-ups and the scratch lists that all calls share. */
export class BoxScorer {
  readonly width: number;
  readonly height: number;
  readonly #minScore: number;
  readonly #magnitude: Float32Array;
  readonly #groupX: Int32Array;
  readonly #groupY: Int32Array;
  readonly #affinities: GroupAffinities;
  readonly #rows: GroupRuns;
  readonly #columns: GroupRuns;
  /** Sums of whole groups, each at the pixel that stands for it, and of edge strengths. */
  readonly #groupSums: Float32Array;
  readonly #edgeSums: Float32Array;
  /** (1 / n)^kappa for n = half the width plus half the height. */
  readonly #norms: Float32Array;
  /** The groups met while scoring the current box, their weights, and where a group is in that list. */
  readonly #met: Int32Array;
  readonly #weights: Float32Array;
  readonly #place: Int32Array;
  readonly #metIn: Int32Array;
  #box = 0;

  constructor(edges: EdgeMap, groups: EdgeGroups, affinities: GroupAffinities, options: EdgeBoxesOptions) {
    const { width, height } = edges;
    this.width = width;
    this.height = height;
    this.#minScore = Math.fround(options.minScore);
    this.#magnitude = groups.magnitude;
    this.#groupX = groups.x;
    this.#groupY = groups.y;
    this.#affinities = affinities;
    this.#rows = groupRuns(groups.ids, width, height, "rows");
    this.#columns = groupRuns(groups.ids, width, height, "columns");
    const whole = new Float32Array(width * height);
    for (let id = 1; id <= groups.count; id++) whole[groups.y[id]! * width + groups.x[id]!] = groups.magnitude[id]!;
    this.#groupSums = integralImage(whole, width, height);
    const edgeMinMag = Math.fround(options.edgeMinMag);
    this.#edgeSums = integralImage(
      edges.data.map((strength) => (strength > edgeMinMag ? strength : 0)),
      width,
      height,
    );
    // A box without extent scores 0, where the formula would divide by 0.
    this.#norms = Float32Array.from({ length: ((width + height) >> 1) + 1 }, (_, n) =>
      n === 0 ? 0 : Math.fround(Math.fround(1 / n) ** Math.fround(options.kappa)),
    );
    this.#met = new Int32Array(groups.count + 1);
    this.#weights = new Float32Array(groups.count + 1);
    this.#place = new Int32Array(groups.count + 1);
    this.#metIn = new Int32Array(groups.count + 1);
  }

  /**
   * Scores the box with corners (x0, y0) and (x1, y1), inside the image, both corners counted as part of it.
   *
   * @param atMost - A box that scores no more than this gets 0: the exact score is worked out only for better ones.
   * @returns The score, or 0 if it is under `minScore` or no more than `atMost`.
   */
  score(x0: number, y0: number, x1: number, y1: number, atMost: number): number {
    const norm = this.#norms[((x1 - x0) >> 1) + ((y1 - y0) >> 1)]!;
    const minScore = this.#minScore;
    // From here the strength only falls, so each bound may end the work early without changing any result.
    let strength = this.#strengthWithoutCentre(x0, y0, x1, y1);
    let score = Math.fround(strength * norm);
    if (score < minScore || score <= atMost) return 0;

    const magnitude = this.#magnitude;
    const met = this.#met;
    const xs = this.#groupX;
    const ys = this.#groupY;
    const onSides = this.#meetGroupsOnSides(x0, y0, x1, y1);
    for (let i = 0; i < onSides; i++) {
      const group = met[i]!;
      const x = xs[group]!;
      const y = ys[group]!;
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1) strength = Math.fround(strength - magnitude[group]!);
    }
    score = Math.fround(strength * norm);
    if (score < minScore || score <= atMost) return 0;

    const least = Math.max(minScore, atMost) / norm;
    const count = this.#followAffinities(onSides, x0, y0, x1, y1, strength, least);
    if (count < 0) return 0;
    const weights = this.#weights;
    for (let i = onSides; i < count; i++) {
      strength = Math.fround(strength - Math.fround(weights[i]! * magnitude[met[i]!]!));
    }
    score = Math.fround(strength * norm);
    return score < minScore || score <= atMost ? 0 : score;
  }

  /** Strength of the groups inside minus that of the edges in the central quarter. */
  #strengthWithoutCentre(x0: number, y0: number, x1: number, y1: number): number {
    const halfWidth = (x1 - x0) >> 1;
    const halfHeight = (y1 - y0) >> 1;
    const left = x0 + (halfWidth >> 1);
    const top = y0 + (halfHeight >> 1);
    const whole = boxSum(this.#groupSums, this.width + 1, x0, y0, x1, y1);
    return Math.fround(whole - boxSum(this.#edgeSums, this.width + 1, left, top, left + halfWidth, top + halfHeight));
  }

  /** Lists the groups that cross the top, bottom, left and right side, each once, with weight 1. */
  #meetGroupsOnSides(x0: number, y0: number, x1: number, y1: number): number {
    this.#box++;
    const top = y0 * this.width;
    const bottom = y1 * this.width;
    let count = this.#meet(this.#rows, top + x0, top + x1, 0);
    count = this.#meet(this.#rows, bottom + x0, bottom + x1, count);
    count = this.#meet(this.#columns, top + x0, bottom + x0, count);
    return this.#meet(this.#columns, top + x1, bottom + x1, count);
  }

  #meet(runs: GroupRuns, from: number, to: number, count: number): number {
    const { groups } = runs;
    const metIn = this.#metIn;
    const box = this.#box;
    const end = runs.end[to]!;
    for (let run = runs.first[from]!; run < end; run++) {
      const group = groups[run]!;
      if (metIn[group] === box) continue;
      metIn[group] = box;
      this.#place[group] = count;
      this.#weights[count] = 1;
      this.#met[count++] = group;
    }
    return count;
  }

  /**
   * Extends the list by the groups inside that hang on a listed one; a weight is the largest product of affinities
   * along any path from a side.
   *
   * @param strength - Strength left after the groups on the sides.
   * @param least - Strength that the box must be left with.
   * @returns The length of the list, or -1 once less than `least` is sure to be left.
   */
  #followAffinities(
    onSides: number,
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    strength: number,
    least: number,
  ): number {
    const { starts, groups, values } = this.#affinities;
    const met = this.#met;
    const weights = this.#weights;
    const place = this.#place;
    const metIn = this.#metIn;
    const xs = this.#groupX;
    const ys = this.#groupY;
    const box = this.#box;
    const magnitude = this.#magnitude;
    let count = onSides;
    let left = strength;
    for (let i = 0; i < count; i++) {
      const weight = weights[i]!;
      const group = met[i]!;
      const end = starts[group + 1]!;
      for (let k = starts[group]!; k < end; k++) {
        const onward = Math.fround(weight * values[k]!);
        if (onward < LEAST_AFFINITY) continue;
        const next = groups[k]!;
        if (metIn[next] === box) {
          const at = place[next]!;
          if (onward > weights[at]!) {
            if (at >= onSides) left -= (onward - weights[at]!) * magnitude[next]!;
            weights[at] = onward;
            // Its own neighbours may now weigh more: go on from there.
            if (at - 1 < i) i = at - 1;
          }
          continue;
        }
        const x = xs[next]!;
        const y = ys[next]!;
        if (x < x0 || x > x1 || y < y0 || y > y1) continue;
        metIn[next] = box;
        place[next] = count;
        weights[count] = onward;
        met[count++] = next;
        left -= onward * magnitude[next]!;
        if (left < least - strength * count * ROUNDING) return -1;
      }
    }
    return count;
  }
}

function boxSum(sums: Float32Array, stride: number, x0: number, y0: number, x1: number, y1: number): number {
  const above = y0 * stride;
  const below = (y1 + 1) * stride;
  const corners = Math.fround(sums[above + x0]! + sums[below + x1 + 1]!);
  return Math.fround(Math.fround(corners - sums[above + x1 + 1]!) - sums[below + x0]!);
}
