/**
 * Grows one tree of a structured forest.
 *
 * Source: Dollár and Zitnick, PAMI 2015, section 3: at each node the structured labels are mapped to two classes, and an
 * ordinary split on those is sought.
 */

import type { Random } from "../tensor/index.ts";
import { drawPairs, edgePixels, medoid, type PatchRegions, patchRegions, twoClasses } from "./patch-labels.ts";
import type { PatchSample } from "./sample-patches.ts";
import { type Split, SplitSearch } from "./split-search.ts";
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
  readonly #options: TreeOptions;
  readonly #random: Random;
  readonly #regions: PatchRegions;
  readonly #search: SplitSearch;
  /** Patch numbers; each node owns a stretch, in the order of the photos, so that memory is walked forwards. */
  readonly #order: Int32Array;
  readonly #spare: Int32Array;

  constructor(photos: TrainingPhotos, sample: PatchSample, options: TreeOptions, random: Random) {
    this.#photos = photos;
    this.#options = options;
    this.#random = random;
    this.#regions = patchRegions(photos, sample);
    this.#search = new SplitSearch(photos, sample, options.featuresPerNode);
    this.#order = Int32Array.from({ length: sample.photo.length }, (_, i) => i);
    this.#spare = new Int32Array(this.#order.length);
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
        thresholds[node] = thresholdOfLevel(this.#photos.scale, split.feature, split.level);
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
    const { minChild } = this.#options;
    if (end - begin < 2 * minChild) return undefined;
    const stride = Math.ceil((end - begin) / MOST_LABELS);
    const patches = this.#every(begin, end, stride);
    const classes = twoClasses(drawPairs(this.#regions, patches, this.#random), this.#random);
    if (classes === undefined) return undefined;
    return this.#search.find(patches, classes, Math.max(1, Math.ceil(minChild / stride)), this.#random);
  }

  #every(begin: number, end: number, stride: number): Int32Array {
    const patches = new Int32Array(Math.ceil((end - begin) / stride));
    for (let i = 0; i < patches.length; i++) patches[i] = this.#order[begin + i * stride]!;
    return patches;
  }

  /** Moves patches that go left to the front, keeping the order on both sides; returns where the others begin. */
  #partition(begin: number, end: number, split: Split): number {
    let [front, back] = [begin, 0];
    for (let i = begin; i < end; i++) {
      const patch = this.#order[i]!;
      if (this.#search.isLeft(patch, split)) this.#order[front++] = patch;
      else this.#spare[back++] = patch;
    }
    this.#order.set(this.#spare.subarray(0, back), front);
    return front;
  }

  #leafEdges(begin: number, end: number): number[] {
    if (begin === end) return [];
    const patches = this.#every(begin, end, Math.ceil((end - begin) / MOST_LEAF_LABELS));
    const chosen = patches[medoid(drawPairs(this.#regions, patches, this.#random))]!;
    return edgePixels(this.#regions, chosen);
  }
}
