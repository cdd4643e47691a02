/**
 * Trains a structured forest.
 *
 * Source: Dollár and Zitnick, "Fast Edge Detection Using Structured Forests", PAMI 2015.
 */

import { OptionError } from "../errors.ts";
import { randomFor } from "../tensor/index.ts";
import { type EdgeForest, MOST_TREES } from "./edge-forest.ts";
import { FEATURES } from "./forest-features.ts";
import { samplePatches } from "./sample-patches.ts";
import { type TrainedTree, trainTree } from "./train-tree.ts";
import { type ForestExample, prepareTrainingPhotos, type TrainingPhotos } from "./training-photos.ts";

/** Settings of {@link trainForest}. */
export interface TrainForestOptions {
  readonly trees: number;
  /** Trees that vote at each place; neighbouring places use different ones. */
  readonly treesEvaluated: number;
  /** Patches with and without a boundary near the centre that each tree sees; the published number is 500,000 each. */
  readonly positives: number;
  readonly negatives: number;
  /** Features, of 7,228, that are tried at each node. */
  readonly featuresPerNode: number;
  /** Patches that each side of a split must keep. */
  readonly minChild: number;
  readonly maxDepth: number;
  /** The same seed and examples give the same forest. */
  readonly seed: number;
  /** What the forest is trained on and on which terms; kept in its file. */
  readonly description: string;
}

export const TRAIN_FOREST_DEFAULTS: TrainForestOptions = Object.freeze({
  trees: 8,
  treesEvaluated: 4,
  positives: 200_000,
  negatives: 200_000,
  featuresPerNode: 512,
  minChild: 8,
  maxDepth: 64,
  seed: 1,
  description: "",
});

/** How far training is. */
export interface ForestProgress {
  /** Trees that are finished, and in all. */
  readonly trees: number;
  readonly of: number;
  /** Nodes of the tree that is growing. */
  readonly nodes: number;
}

/** What to watch and how to stop. */
export interface TrainForestControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ForestProgress) => void;
}

const NODES_BETWEEN_REPORTS = 100;

/**
 * Trains a forest on photos and segmentations.
 *
 * @param examples - Photos with segmentations: of people, or label maps, whose region boundaries are learned.
 * @param options - {@link TrainForestOptions}; defaults {@link TRAIN_FOREST_DEFAULTS}.
 * @param control - Signal to stop, and progress.
 * @throws {ShapeError} if sizes differ or no photo is usable, {OptionError} for options out of range, the signal's reason
 *   when it is aborted.
 * @see Dollár and Zitnick, PAMI 2015, section 3.
 */
export function trainForest(
  examples: readonly ForestExample[],
  options: Partial<TrainForestOptions> = {},
  control: TrainForestControl = {},
): EdgeForest {
  const resolved = resolveTrainForestOptions(options);
  control.signal?.throwIfAborted();
  const photos = prepareTrainingPhotos(examples);
  const trees = Array.from({ length: resolved.trees }, (_, tree) => trainForestTree(photos, tree, resolved, control));
  return assembleForest(trees, resolved);
}

/**
 * Trains tree number `tree` of a forest: it depends on the seed and this number alone, so that trees may be trained
 * apart, by several workers, and put together with {@link assembleForest}.
 */
export function trainForestTree(
  photos: TrainingPhotos,
  tree: number,
  options: TrainForestOptions,
  { signal, onProgress }: TrainForestControl = {},
): TrainedTree {
  const random = randomFor(options.seed, "edge forest", tree);
  const sample = samplePatches(photos, options.positives, options.negatives, random);
  let nodes = 0;
  return trainTree(photos, sample, options, random, () => {
    nodes++;
    if (nodes % NODES_BETWEEN_REPORTS !== 0) return;
    signal?.throwIfAborted();
    onProgress?.({ trees: tree, of: options.trees, nodes });
  });
}

/** Puts trained trees together to a forest. */
export function assembleForest(trees: readonly TrainedTree[], options: TrainForestOptions): EdgeForest {
  const nodes = trees.reduce((sum, tree) => sum + tree.children.length, 0);
  const edges = trees.reduce((sum, tree) => sum + tree.edgeBins.length, 0);
  const forest = {
    treeStarts: new Int32Array(trees.length + 1),
    treesEvaluated: options.treesEvaluated,
    children: new Int32Array(nodes),
    featureIds: new Uint16Array(nodes),
    thresholds: new Float32Array(nodes),
    edgeStarts: new Int32Array(nodes + 1),
    edgeBins: new Uint8Array(edges),
    description: options.description,
  };
  let [node, edge] = [0, 0];
  trees.forEach((tree, i) => {
    forest.children.set(
      tree.children.map((child) => (child === 0 ? 0 : node + child)),
      node,
    );
    forest.featureIds.set(tree.featureIds, node);
    forest.thresholds.set(tree.thresholds, node);
    forest.edgeStarts.set(
      tree.edgeStarts.map((start) => edge + start),
      node,
    );
    forest.edgeBins.set(tree.edgeBins, edge);
    node += tree.children.length;
    edge += tree.edgeBins.length;
    forest.treeStarts[i + 1] = node;
  });
  return forest;
}

/** Limits that are not a matter of time and memory alone. */
const MOST: Partial<Record<keyof TrainForestOptions, number>> = { trees: MOST_TREES, featuresPerNode: FEATURES };

/** @internal Fills in the defaults and throws an OptionError for a value outside its range. */
export function resolveTrainForestOptions(options: Partial<TrainForestOptions>): TrainForestOptions {
  const resolved = { ...TRAIN_FOREST_DEFAULTS, ...options };
  const wholes = [
    "trees",
    "treesEvaluated",
    "positives",
    "negatives",
    "featuresPerNode",
    "minChild",
    "maxDepth",
  ] as const;
  for (const name of wholes) {
    const value = resolved[name];
    const most = name === "treesEvaluated" ? resolved.trees : (MOST[name] ?? 10_000_000);
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new OptionError(`trainForest: expected ${name} to be a whole number of 1 to ${most}, got ${value}.`);
    }
  }
  if (!Number.isInteger(resolved.seed)) {
    throw new OptionError(`trainForest: expected seed to be a whole number, got ${resolved.seed}.`);
  }
  return resolved;
}
