/**
 * Seeks the feature and the level that best part two classes of patches.
 *
 * All features of a node are counted in one walk over its patches: the channels of a patch lie together, so that memory is
 * read once a patch and not once a feature.
 */

import type { Random } from "../tensor/index.ts";
import { FEATURES, featureOffsets, REGULAR_FEATURES, SMOOTHED_CHANNELS } from "./forest-features.ts";
import type { PatchSample } from "./sample-patches.ts";
import type { TrainingPhotos } from "./training-photos.ts";

/** Patches whose feature is under the level go left. */
export interface Split {
  readonly feature: number;
  /** 0 to 255; of self-similarity features -255 to 255. */
  readonly level: number;
  /** How much the split lowers the Gini impurity. */
  readonly gain: number;
}

/** A split has to lower the impurity by this, so that noise in the last bits does not split. */
const LEAST_GAIN = 1e-9;

/** Levels of a regular feature, and of a difference of two. */
const LEVELS = 256;
const DIFFERENCES = 511;
/** A difference of 0 has this place in its histogram. */
const SHIFT = 255;

export class SplitSearch {
  readonly #photos: TrainingPhotos;
  readonly #sample: PatchSample;
  /** First pixel of each patch in its photo's channels. */
  readonly #corners: Int32Array;
  readonly #a: Int32Array;
  readonly #b: Int32Array;
  /** Two counts a level, of class 0 and class 1; one feature's levels after another's. All 0 between searches. */
  readonly #histogram: Int32Array;
  /** Offsets of the features that are tried. */
  readonly #triedA: Int32Array;
  readonly #triedB: Int32Array;

  constructor(photos: TrainingPhotos, sample: PatchSample, featuresPerNode: number) {
    const pixel = SMOOTHED_CHANNELS;
    const row = pixel * photos.scale.rowPixels;
    this.#photos = photos;
    this.#sample = sample;
    this.#corners = sample.row.map((y, i) => y * row + sample.column[i]! * pixel);
    const { a, b } = featureOffsets({ pixel, row, channel: 1 });
    [this.#a, this.#b] = [a, b];
    this.#histogram = new Int32Array(2 * DIFFERENCES * featuresPerNode);
    this.#triedA = new Int32Array(featuresPerNode);
    this.#triedB = new Int32Array(featuresPerNode);
  }

  /**
   * Tries features drawn at random.
   *
   * @param patches - Numbers of patches, in the order of their photos.
   * @param classes - 0 or 1, one a patch.
   * @param minChild - Patches that either side must keep.
   */
  find(patches: Int32Array, classes: Uint8Array, minChild: number, random: Random): Split | undefined {
    const drawn = Array.from(this.#triedA, () => random.integer(0, FEATURES));
    const regular = drawn.filter((feature) => feature < REGULAR_FEATURES);
    const features = [...regular, ...drawn.filter((feature) => feature >= REGULAR_FEATURES)];
    features.forEach((feature, i) => {
      this.#triedA[i] = this.#a[feature]!;
      this.#triedB[i] = this.#b[feature]!;
    });
    this.#count(patches, classes, regular.length);
    const ones = classes.reduce((sum, value) => sum + value, 0);
    let best: Split | undefined;
    features.forEach((feature, i) => {
      const isRegular = i < regular.length;
      const start = 2 * (LEVELS * Math.min(i, regular.length) + DIFFERENCES * Math.max(0, i - regular.length));
      const counts = this.#histogram.subarray(start, start + 2 * (isRegular ? LEVELS : DIFFERENCES));
      const found = bestLevel(counts, classes.length, ones, minChild);
      counts.fill(0);
      if (found === undefined || found.gain <= (best?.gain ?? LEAST_GAIN)) return;
      best = { feature, level: isRegular ? found.level : found.level - SHIFT, gain: found.gain };
    });
    return best;
  }

  #count(patches: Int32Array, classes: Uint8Array, regular: number): void {
    const { photo } = this.#sample;
    const histogram = this.#histogram;
    const [a, b] = [this.#triedA, this.#triedB];
    let current = -1;
    let channels = this.#photos.photos[0]!.channels;
    for (let i = 0; i < patches.length; i++) {
      const patch = patches[i]!;
      if (photo[patch] !== current) {
        current = photo[patch]!;
        channels = this.#photos.photos[current]!.channels;
      }
      const corner = this.#corners[patch]!;
      let base = classes[i]!;
      for (let f = 0; f < regular; f++, base += 2 * LEVELS) {
        const at = base + 2 * channels[corner + a[f]!]!;
        histogram[at] = histogram[at]! + 1;
      }
      base += 2 * SHIFT;
      for (let f = regular; f < a.length; f++, base += 2 * DIFFERENCES) {
        const at = base + 2 * (channels[corner + a[f]!]! - channels[corner + b[f]!]!);
        histogram[at] = histogram[at]! + 1;
      }
    }
  }

  /** Whether a patch goes left. */
  isLeft(patch: number, { feature, level }: Split): boolean {
    const { channels } = this.#photos.photos[this.#sample.photo[patch]!]!;
    const corner = this.#corners[patch]!;
    const first = channels[corner + this.#a[feature]!]!;
    return (feature < REGULAR_FEATURES ? first : first - channels[corner + this.#b[feature]!]!) < level;
  }
}

/** The place in a histogram from which on patches go right, by the Gini impurity. */
function bestLevel(
  counts: Int32Array,
  count: number,
  ones: number,
  minChild: number,
): { readonly level: number; readonly gain: number } | undefined {
  // Sum over the sides of (zeros² + ones²) / patches: larger is purer.
  const whole = ((count - ones) ** 2 + ones ** 2) / count;
  let [left, leftOnes] = [0, 0];
  let [level, purest] = [-1, whole];
  for (let at = 0; at < counts.length; at += 2) {
    const here = counts[at]! + counts[at + 1]!;
    if (here === 0) continue;
    left += here;
    leftOnes += counts[at + 1]!;
    const right = count - left;
    if (right < minChild) break;
    if (left < minChild) continue;
    const rightOnes = ones - leftOnes;
    const purity =
      ((left - leftOnes) ** 2 + leftOnes ** 2) / left + ((right - rightOnes) ** 2 + rightOnes ** 2) / right;
    if (purity > purest) [level, purest] = [at / 2 + 1, purity];
  }
  return level < 0 ? undefined : { level, gain: (purest - whole) / count };
}
