/**
 * Structured labels of patches: which pixels of the inner patch lie in one region. A random set of pixel pairs turns a
 * segmentation into bits that can be compared, split and averaged.
 *
 * Source: Dollár and Zitnick, PAMI 2015, section 3.
 */

import type { Random } from "../tensor/index.ts";
import { INNER_SIZE, STRIDE } from "./forest-features.ts";
import type { PatchSample } from "./sample-patches.ts";
import type { TrainingPhotos } from "./training-photos.ts";

const PIXELS = INNER_SIZE ** 2;
/** Pairs of pixels that are compared, patches that a direction is found from, and rounds of finding it. */
const PAIRS = 256;
const DIRECTION_PATCHES = 256;
const ROUNDS = 8;

/** Regions of the inner patches, `[patches, 256]`, column * 16 + row; only whether two in a patch are equal counts. */
export type PatchRegions = Uint8Array;

/** Copies the regions of all patches of a sample; in each they are numbered anew, for a patch has no more than 256. */
export function patchRegions({ photos }: TrainingPhotos, sample: PatchSample): PatchRegions {
  const regions = new Uint8Array(sample.photo.length * PIXELS);
  const numbers = new Uint8Array(2 ** 16);
  const seen = new Uint16Array(PIXELS);
  for (let patch = 0, at = 0; patch < sample.photo.length; patch++) {
    const { data, width } = photos[sample.photo[patch]!]!.segmentations[sample.segmentation[patch]!]!;
    const corner = sample.row[patch]! * STRIDE * width + sample.column[patch]! * STRIDE;
    let count = 0;
    for (let x = 0; x < INNER_SIZE; x++) {
      for (let y = 0; y < INNER_SIZE; y++) {
        const region = data[corner + y * width + x]!;
        const number = numbers[region]!;
        if (number >= count || seen[number] !== region) {
          numbers[region] = count;
          seen[count++] = region;
        }
        regions[at++] = numbers[region]!;
      }
    }
  }
  return regions;
}

/** Which of the drawn pairs of pixels lie in one region, in each patch. */
export interface PatchLabels {
  /** 0 or 1, `[patches, 256]`. */
  readonly bits: Uint8Array;
  readonly count: number;
}

/** Compares the same random pairs of pixels in each of the patches. */
export function drawPairs(regions: PatchRegions, patches: Int32Array, random: Random): PatchLabels {
  const pairs = new Uint8Array(2 * PAIRS);
  for (let i = 0; i < pairs.length; i++) pairs[i] = random.integer(0, PIXELS);
  const bits = new Uint8Array(patches.length * PAIRS);
  for (let i = 0, at = 0; i < patches.length; i++) {
    const start = patches[i]! * PIXELS;
    for (let pair = 0; pair < pairs.length; pair += 2) {
      bits[at++] = regions[start + pairs[pair]!] === regions[start + pairs[pair + 1]!] ? 1 : 0;
    }
  }
  return { bits, count: patches.length };
}

function meanBits({ bits, count }: PatchLabels): Float64Array {
  const sums = new Int32Array(PAIRS);
  for (let at = 0; at < bits.length; at += PAIRS) {
    for (let i = 0; i < PAIRS; i++) sums[i] = sums[i]! + bits[at + i]!;
  }
  return Float64Array.from(sums, (sum) => sum / count);
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
    const centre = dot(mean, 0, direction);
    let total = 0;
    for (let patch = 0; patch < count; patch += stride) {
      const at = patch * PAIRS;
      const projection = dot(bits, at, direction) - centre;
      total += projection;
      for (let i = 0; i < PAIRS; i++) next[i] = next[i]! + projection * bits[at + i]!;
    }
    for (let i = 0; i < PAIRS; i++) next[i] = next[i]! - total * mean[i]!;
    const length = Math.sqrt(dot(next, 0, next));
    if (length < 1e-9) return undefined;
    direction = next.map((value) => value / length);
  }
  const centre = dot(mean, 0, direction);
  const classes = new Uint8Array(count);
  for (let patch = 0; patch < count; patch++) classes[patch] = dot(bits, patch * PAIRS, direction) > centre ? 1 : 0;
  return classes;
}

function dot(values: Uint8Array | Float64Array, at: number, direction: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < PAIRS; i++) sum += values[at + i]! * direction[i]!;
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
 * @returns Pixels as column * 16 + row, ascending.
 */
export function edgePixels(patches: PatchRegions, patch: number): number[] {
  const regions = patches.subarray(patch * PIXELS, (patch + 1) * PIXELS);
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
