/**
 * Grows one tree of a structured forest.
 *
 * Source: Dollár and Zitnick, PAMI 2015, section 3: at each node the structured labels are mapped to two classes, and an
 * ordinary split on those is sought.
 */

import type { Random } from "../tensor/index.ts";
import { FEATURES, type FeatureOffsets, featureOffsets, INNER_SIZE, STRIDE } from "./forest-features.ts";
import { drawPairs, edgePixels, medoid, type PatchLabels, twoClasses } from "./patch-labels.ts";
import type { PatchSample } from "./sample-patches.ts";
import { type TrainingPhotos, thresholdOfLevel } from "./training-photos.ts";

/** Limits of a tree. */
export interface TreeOptions {
  /** Features tried at each node. */
  readonly featuresPerNode: number;
  /** Patches that each side of a split must keep. */
  readonly minChild: number;
  readonly maxDepth: number;
}

/** The nodes of one tree; children as in `EdgeForest`, counted from the tree's root. */
export interface TrainedTree {
  readonly children: Int32Array;
  readonly featureIds: Uint16Array;
  readonly thresholds: Float32Array;
  readonly edgeStarts: Int32Array;
  readonly edgeBins: Uint8Array;
}

/** Most patches that the classes of a node, or a leaf's medoid, are found from; others follow the split. */
const MOST_LABELS = 20_000;
const MOST_LEAF_LABELS = 256;

/** A split has to lower the impurity by this, so that noise in the last bits does not split. */
const LEAST_GAIN = 1e-9;

interface Split {
  readonly feature: number;
  readonly level: number;
  readonly gain: number;
}

/**
 * Grows a tree on a set of patches.
 *
 * @param onNode - Called after each node; may throw to stop.
 */
export function trainTree(
  photos: TrainingPhotos,
  sample: PatchSample,
  options: TreeOptions,
  random: Random,
  onNode: () => void,
): TrainedTree {
  const grower = new TreeGrower(photos, sample, options, random);
  return grower.grow(onNode);
}

class TreeGrower {
  readonly #photos: TrainingPhotos;
  readonly #sample: PatchSample;
  readonly #options: TreeOptions;
  readonly #random: Random;
  /** Patch numbers; each node owns a stretch, in the order of the photos, so that memory is walked forwards. */
  readonly #order: Int32Array;
  readonly #spare: Int32Array;
  readonly #levels: Int16Array;
  readonly #offsets = new Map<string, FeatureOffsets>();
  readonly #histogram = new Int32Array(2 * HISTOGRAM);

  constructor(photos: TrainingPhotos, sample: PatchSample, options: TreeOptions, random: Random) {
    this.#photos = photos;
    this.#sample = sample;
    this.#options = options;
    this.#random = random;
    this.#order = Int32Array.from({ length: sample.photo.length }, (_, i) => i);
    this.#spare = new Int32Array(this.#order.length);
    this.#levels = new Int16Array(this.#order.length);
    for (const { width, height } of photos.photos) {
      const size = `${width}x${height}`;
      if (!this.#offsets.has(size)) this.#offsets.set(size, featureOffsets(width, height));
    }
  }

  grow(onNode: () => void): TrainedTree {
    const children: number[] = [0];
    const featureIds: number[] = [0];
    const thresholds: number[] = [0];
    const edgeStarts: number[] = [0];
    const edgeBins: number[] = [];
    const queue = [{ begin: 0, end: this.#order.length, depth: 0 }];
    // Level by level, so that node numbers and queue places agree.
    for (let node = 0; node < queue.length; node++) {
      const { begin, end, depth } = queue[node]!;
      const split = depth < this.#options.maxDepth ? this.#findSplit(begin, end) : undefined;
      if (split === undefined) {
        edgeBins.push(...this.#leafEdges(begin, end));
      } else {
        children[node] = children.length;
        featureIds[node] = split.feature;
        thresholds[node] = thresholdOfLevel(this.#photos, split.feature, split.level);
        const middle = this.#partition(begin, end, split);
        queue.push({ begin, end: middle, depth: depth + 1 }, { begin: middle, end, depth: depth + 1 });
        children.push(0, 0);
        featureIds.push(0, 0);
        thresholds.push(0, 0);
      }
      edgeStarts.push(edgeBins.length);
      onNode();
    }
    return {
      children: Int32Array.from(children),
      featureIds: Uint16Array.from(featureIds),
      thresholds: Float32Array.from(thresholds),
      edgeStarts: Int32Array.from(edgeStarts),
      edgeBins: Uint8Array.from(edgeBins),
    };
  }

  #findSplit(begin: number, end: number): Split | undefined {
    const count = end - begin;
    if (count < 2 * this.#options.minChild) return undefined;
    const stride = Math.ceil(count / MOST_LABELS);
    const patches = this.#every(begin, end, stride);
    const classes = twoClasses(this.#drawLabels(patches), this.#random);
    if (classes === undefined) return undefined;
    let best: Split | undefined;
    for (let i = 0; i < this.#options.featuresPerNode; i++) {
      const feature = this.#random.integer(0, FEATURES);
      this.#readLevels(patches, feature);
      const minChild = Math.max(1, Math.ceil(this.#options.minChild / stride));
      const split = bestSplit(this.#histogram, this.#levels, classes, feature, minChild);
      if (split !== undefined && split.gain > (best?.gain ?? LEAST_GAIN)) best = split;
    }
    return best;
  }

  #every(begin: number, end: number, stride: number): Int32Array {
    const patches = new Int32Array(Math.ceil((end - begin) / stride));
    for (let i = 0; i < patches.length; i++) patches[i] = this.#order[begin + i * stride]!;
    return patches;
  }

  #drawLabels(patches: Int32Array): PatchLabels {
    return drawPairs(patches.length, (i, into) => this.#copyPatch(patches[i]!, into), this.#random);
  }

  /** Writes the regions of a patch, column by column. */
  #copyPatch(patch: number, into: Uint16Array): void {
    const { photo, segmentation, row, column } = this.#sample;
    const { data, width } = this.#photos.photos[photo[patch]!]!.segmentations[segmentation[patch]!]!;
    const corner = row[patch]! * STRIDE * width + column[patch]! * STRIDE;
    for (let x = 0; x < INNER_SIZE; x++) {
      for (let y = 0; y < INNER_SIZE; y++) into[x * INNER_SIZE + y] = data[corner + y * width + x]!;
    }
  }

  #readLevels(patches: Int32Array, feature: number): void {
    const { photo, row, column } = this.#sample;
    const levels = this.#levels;
    let current = -1;
    let channels = this.#photos.photos[0]!.channels;
    let [width, a, b] = [0, 0, 0];
    for (let i = 0; i < patches.length; i++) {
      const patch = patches[i]!;
      if (photo[patch] !== current) {
        current = photo[patch]!;
        const own = this.#photos.photos[current]!;
        const offsets = this.#offsets.get(`${own.width}x${own.height}`)!;
        channels = own.channels;
        [width, a, b] = [own.width, offsets.a[feature]!, offsets.b[feature]!];
      }
      const at = row[patch]! * width + column[patch]!;
      levels[i] = b < 0 ? channels[at + a]! : channels[at + a]! - channels[at + b]!;
    }
  }

  /** Moves patches under the level to the front, keeping the order on both sides; returns where the others begin. */
  #partition(begin: number, end: number, { feature, level }: Split): number {
    const patches = this.#order.slice(begin, end);
    this.#readLevels(patches, feature);
    let [front, back] = [begin, 0];
    for (let i = 0; i < patches.length; i++) {
      if (this.#levels[i]! < level) this.#order[front++] = patches[i]!;
      else this.#spare[back++] = patches[i]!;
    }
    this.#order.set(this.#spare.subarray(0, back), front);
    return front;
  }

  #leafEdges(begin: number, end: number): number[] {
    if (begin === end) return [];
    const patches = this.#every(begin, end, Math.ceil((end - begin) / MOST_LEAF_LABELS));
    const regions = new Uint16Array(INNER_SIZE ** 2);
    this.#copyPatch(patches[medoid(this.#drawLabels(patches))]!, regions);
    return edgePixels(regions);
  }
}

/** Levels run from 0 to 255, differences from -255 to 255. */
const LEVEL_SHIFT = 255;
const HISTOGRAM = 2 * LEVEL_SHIFT + 1;

/** The level that best parts the classes by the Gini impurity. */
function bestSplit(
  histogram: Int32Array,
  levels: Int16Array,
  classes: Uint8Array,
  feature: number,
  minChild: number,
): Split | undefined {
  histogram.fill(0);
  let [lowest, highest, ones] = [HISTOGRAM, 0, 0];
  for (let i = 0; i < classes.length; i++) {
    const level = levels[i]! + LEVEL_SHIFT;
    if (level < lowest) lowest = level;
    if (level > highest) highest = level;
    const at = 2 * level + classes[i]!;
    histogram[at] = histogram[at]! + 1;
    ones += classes[i]!;
  }
  const count = classes.length;
  // Sum over the sides of (zeros² + ones²) / patches: larger is purer.
  const whole = ((count - ones) ** 2 + ones ** 2) / count;
  let [left, leftOnes] = [0, 0];
  let best: Split | undefined;
  for (let level = lowest; level < highest; level++) {
    left += histogram[2 * level]! + histogram[2 * level + 1]!;
    leftOnes += histogram[2 * level + 1]!;
    const right = count - left;
    if (left < minChild) continue;
    if (right < minChild) break;
    const rightOnes = ones - leftOnes;
    const purity =
      ((left - leftOnes) ** 2 + leftOnes ** 2) / left + ((right - rightOnes) ** 2 + rightOnes ** 2) / right;
    const gain = (purity - whole) / count;
    if (gain > (best?.gain ?? 0)) best = { feature, level: level + 1 - LEVEL_SHIFT, gain };
  }
  return best;
}
