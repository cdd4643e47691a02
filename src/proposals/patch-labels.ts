/**
 * Structured labels of patches: which pixels of the inner patch lie in one region. A random set of pixel pairs turns a
 * segmentation into bits that can be compared, split and averaged.
 *
 * Source: Dollár and Zitnick, PAMI 2015, section 3.
 */

import type { Random } from "../tensor/index.ts";
import { INNER_SIZE } from "./forest-features.ts";

const PIXELS = INNER_SIZE ** 2;
/** Pairs of pixels that are compared, patches that a direction is found from, and rounds of finding it. */
const PAIRS = 256;
const DIRECTION_PATCHES = 256;
const ROUNDS = 8;

/** The regions of a set of patches: `[patches, 256]`, column * 16 + row. */
export interface PatchLabels {
  /** Bits `[patches, 256]` of the drawn pairs: 1 where both pixels lie in one region. */
  readonly bits: Uint8Array;
  readonly count: number;
}

/** Compares the same random pairs of pixels in each patch; `copyPatch` writes one patch's regions. */
export function drawPairs(
  count: number,
  copyPatch: (index: number, into: Uint16Array) => void,
  random: Random,
): PatchLabels {
  const pairs = new Uint8Array(2 * PAIRS);
  for (let i = 0; i < pairs.length; i++) pairs[i] = random.integer(0, PIXELS);
  const bits = new Uint8Array(count * PAIRS);
  const patch = new Uint16Array(PIXELS);
  for (let index = 0, at = 0; index < count; index++) {
    copyPatch(index, patch);
    for (let pair = 0; pair < PAIRS; pair++)
      bits[at++] = patch[pairs[2 * pair]!] === patch[pairs[2 * pair + 1]!] ? 1 : 0;
  }
  return { bits, count };
}

function meanBits({ bits, count }: PatchLabels): Float64Array {
  const mean = new Float64Array(PAIRS);
  for (let i = 0; i < bits.length; i++) mean[i % PAIRS] = mean[i % PAIRS]! + bits[i]! / count;
  return mean;
}

/**
 * Parts patches in two classes by the sign of their first principal component.
 *
 * @returns A class, 0 or 1, a patch; undefined if all patches have the same bits.
 */
export function twoClasses(labels: PatchLabels, random: Random): Uint8Array | undefined {
  const { bits, count } = labels;
  const mean = meanBits(labels);
  const stride = Math.max(1, Math.floor(count / DIRECTION_PATCHES));
  let direction = Float64Array.from({ length: PAIRS }, () => 2 * random.uniform() - 1);
  // Power iteration on the covariance, by way of the patches.
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(PAIRS);
    for (let patch = 0; patch < count; patch += stride) {
      const at = patch * PAIRS;
      const projection = project(bits, at, mean, direction);
      for (let i = 0; i < PAIRS; i++) next[i] = next[i]! + projection * (bits[at + i]! - mean[i]!);
    }
    const length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    if (length < 1e-9) return undefined;
    direction = next.map((value) => value / length);
  }
  const classes = new Uint8Array(count);
  for (let patch = 0; patch < count; patch++) {
    classes[patch] = project(bits, patch * PAIRS, mean, direction) > 0 ? 1 : 0;
  }
  return classes;
}

function project(bits: Uint8Array, at: number, mean: Float64Array, direction: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < PAIRS; i++) sum += (bits[at + i]! - mean[i]!) * direction[i]!;
  return sum;
}

/** The patch whose bits are nearest to the mean of all: the one that stands for a leaf. */
export function medoid(labels: PatchLabels): number {
  const { bits, count } = labels;
  const mean = meanBits(labels);
  let [best, nearest] = [0, Number.POSITIVE_INFINITY];
  for (let patch = 0; patch < count; patch++) {
    let distance = 0;
    for (let i = 0; i < PAIRS; i++) distance += (bits[patch * PAIRS + i]! - mean[i]!) ** 2;
    if (distance < nearest) [best, nearest] = [patch, distance];
  }
  return best;
}

/**
 * The edge pixels of a patch: those whose neighbours on opposite sides lie in different regions.
 *
 * @param regions - 256 region numbers, column * 16 + row.
 * @returns Pixels as column * 16 + row, ascending.
 */
export function edgePixels(regions: Uint16Array): number[] {
  const edges: number[] = [];
  for (let column = 0; column < INNER_SIZE; column++) {
    const left = Math.max(0, column - 1) * INNER_SIZE;
    const right = Math.min(INNER_SIZE - 1, column + 1) * INNER_SIZE;
    for (let row = 0; row < INNER_SIZE; row++) {
      const above = column * INNER_SIZE + Math.max(0, row - 1);
      const below = column * INNER_SIZE + Math.min(INNER_SIZE - 1, row + 1);
      if (regions[left + row] !== regions[right + row] || regions[above] !== regions[below]) {
        edges.push(column * INNER_SIZE + row);
      }
    }
  }
  return edges;
}
