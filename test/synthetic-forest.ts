/** Forests of random splits, so that tests of files and evaluation need no training. */

import type { EdgeForest } from "../src/proposals/index.ts";
import { seededNumbers } from "./seeded-numbers.ts";

/** Trees of the given depth, full, with thresholds in the middle of what features reach. */
export function syntheticForest(seed: number, trees: number, depth: number): EdgeForest {
  const next = seededNumbers(seed);
  const perTree = 2 ** (depth + 1) - 1;
  const nodes = trees * perTree;
  const forest = {
    treeStarts: Int32Array.from({ length: trees + 1 }, (_, tree) => tree * perTree),
    treesEvaluated: Math.max(1, trees >> 1),
    children: new Int32Array(nodes),
    featureIds: new Uint16Array(nodes),
    thresholds: new Float32Array(nodes),
    edgeStarts: new Int32Array(nodes + 1),
    description: `random, seed ${seed}`,
  };
  const bins: number[] = [];
  for (let node = 0; node < nodes; node++) {
    const local = node % perTree;
    if (2 * local + 2 < perTree) {
      forest.children[node] = node - local + 2 * local + 1;
      forest.featureIds[node] = Math.floor(next() * 7228);
      forest.thresholds[node] = forest.featureIds[node]! < 3328 ? 0.1 + 0.5 * next() : 0.1 * (next() - 0.5);
    } else {
      for (let bin = 0; bin < 256; bin++) if (next() < 0.12) bins.push(bin);
    }
    forest.edgeStarts[node + 1] = bins.length;
  }
  return { ...forest, edgeBins: Uint8Array.from(bins) };
}
