/**
 * Affinity of neighbouring edge groups: near 1 where one continues the other, 0 across a corner.
 *
 * Source: Zitnick and Dollár, ECCV 2014, equation 1.
 */

import type { EdgeGroups } from "./edge-groups.ts";

/** Neighbours of group `g`: entries `starts[g]` to `starts[g + 1]` of `groups` and `values`. */
export interface GroupAffinities {
  readonly starts: Int32Array;
  readonly groups: Int32Array;
  /** Affinity, [0, 1]; the same for both groups of a pair. */
  readonly values: Float32Array;
}

/**
 * Weights below this are not followed from group to group. A weight is a product of affinities, none over 1, so smaller
 * affinities never count and are left out of the lists.
 */
export const LEAST_AFFINITY = Math.fround(0.05);

/** Two groups are neighbours if they have pixels this close in x and in y. */
const REACH = 2;

/**
 * Computes |cos(θa − φ) · cos(θb − φ)|^gamma for every pair of neighbouring groups, φ the direction between their means.
 *
 * @param groups - From `groupEdges`.
 * @param gamma - Exponent; over 1 favours straight continuations.
 * @returns Symmetric lists of the affinities that count, each in the order in which the scan meets the pairs: scores are
 *   summed in this order.
 * @see Zitnick and Dollár, ECCV 2014, equation 1.
 */
export function groupAffinities(groups: EdgeGroups, width: number, height: number, gamma: number): GroupAffinities {
  const pairs = neighbourPairs(groups, width, height);
  const strong: number[] = [];
  const strengths: number[] = [];
  const starts = new Int32Array(groups.count + 2);
  for (let i = 0; i < pairs.length; i += 2) {
    const [a, b] = [pairs[i]!, pairs[i + 1]!];
    const value = affinity(groups, a, b, gamma);
    if (value < LEAST_AFFINITY) continue;
    strong.push(a, b);
    strengths.push(value);
    starts[a + 1]!++;
    starts[b + 1]!++;
  }
  for (let group = 0; group <= groups.count; group++) starts[group + 1] = starts[group + 1]! + starts[group]!;
  const next = starts.slice();
  const neighbours = new Int32Array(strong.length);
  const values = new Float32Array(strong.length);
  for (let i = 0; i < strong.length; i++) {
    const at = next[strong[i]!]!++;
    neighbours[at] = strong[i ^ 1]!;
    values[at] = strengths[i >> 1]!;
  }
  return { starts, groups: neighbours, values };
}

function affinity({ meanX, meanY, orientation }: EdgeGroups, a: number, b: number, gamma: number): number {
  const dx = Math.fround(meanX[a]! - meanX[b]!);
  const dy = Math.fround(meanY[a]! - meanY[b]!);
  const normal = Math.fround(Math.fround(Math.atan2(dy, dx)) + Math.PI / 2);
  const cosA = Math.fround(Math.cos(Math.fround(orientation[a]! - normal)));
  const cosB = Math.fround(Math.cos(Math.fround(orientation[b]! - normal)));
  return Math.fround(Math.abs(Math.fround(cosA * cosB)) ** gamma);
}

/** Pairs (a, b), a < b, flat, each once, in the order of the scan. */
function neighbourPairs({ ids, pixels, count }: EdgeGroups, width: number, height: number): number[] {
  const pairs: number[] = [];
  // The pairs of each lower group as a linked list through `previous`, newest first.
  const newest = new Int32Array(count + 1).fill(-1);
  const previous: number[] = [];
  for (const pixel of pixels) {
    const x = pixel % width;
    const y = (pixel - x) / width;
    if (x < REACH || y < REACH || x >= width - REACH || y >= height - REACH) continue;
    const a = ids[pixel]!;
    for (let dx = -REACH; dx <= REACH; dx++) {
      for (let dy = -REACH; dy <= REACH; dy++) {
        const b = ids[pixel + dy * width + dx]!;
        if (b <= a) continue;
        let pair = newest[a]!;
        while (pair >= 0 && pairs[2 * pair + 1] !== b) pair = previous[pair]!;
        if (pair >= 0) continue;
        previous.push(newest[a]!);
        newest[a] = pairs.length / 2;
        pairs.push(a, b);
      }
    }
  }
  return pairs;
}
