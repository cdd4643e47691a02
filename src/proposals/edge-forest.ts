/** A structured forest in memory. */

import { FormatError } from "../errors.ts";
import { FEATURES, INNER_SIZE } from "./forest-features.ts";

/** Trees of a forest at most: far more than help. */
export const MOST_TREES = 1024;

/**
 * A forest of trees that map a patch of 32 x 32 px to the edges of its inner 16 x 16 px. The nodes of all trees are in
 * one list; the children of a node are neighbours.
 */
export interface EdgeForest {
  /** First node of each tree, and the number of nodes: trees + 1 entries. */
  readonly treeStarts: Int32Array;
  /** How many trees vote at each place, 1 to the number of trees. */
  readonly treesEvaluated: number;
  /** The left child of each node, the right one is next; 0 for a leaf. */
  readonly children: Int32Array;
  /** The feature a node looks at; it goes left if the feature is under the threshold. */
  readonly featureIds: Uint16Array;
  readonly thresholds: Float32Array;
  /** Edge pixels of leaf `n`: `edgeBins[edgeStarts[n]]` to `edgeBins[edgeStarts[n + 1] - 1]`, column * 16 + row. */
  readonly edgeStarts: Int32Array;
  readonly edgeBins: Uint8Array;
  /** What the forest was trained on and on which terms, for people. */
  readonly description: string;
}

/** @internal Throws a FormatError unless every reference of the forest is in bounds and every tree ends. */
export function checkForest(caller: string, forest: EdgeForest): void {
  const { treeStarts, treesEvaluated, children, featureIds, thresholds, edgeStarts, edgeBins } = forest;
  const nodes = children.length;
  const trees = treeStarts.length - 1;
  const fail = (rule: string, got: string | number): never => {
    throw new FormatError(`${caller}: expected ${rule}, got ${got}. The file is damaged or not an edge forest.`);
  };
  if (trees < 1 || trees > MOST_TREES) fail(`1 to ${MOST_TREES} trees`, trees);
  if (!(Number.isInteger(treesEvaluated) && treesEvaluated >= 1 && treesEvaluated <= trees)) {
    fail(`1 to ${trees} trees to evaluate`, treesEvaluated);
  }
  if (featureIds.length !== nodes) fail(`${nodes} feature numbers`, featureIds.length);
  if (thresholds.length !== nodes) fail(`${nodes} thresholds`, thresholds.length);
  if (edgeStarts.length !== nodes + 1) fail(`${nodes + 1} edge boundaries`, edgeStarts.length);
  if (treeStarts[0] !== 0 || treeStarts[trees] !== nodes) fail(`trees of ${nodes} nodes in all`, treeStarts.join());
  if (edgeStarts[0] !== 0 || edgeStarts[nodes]! > edgeBins.length) {
    fail(`edge boundaries from 0 to at most ${edgeBins.length}`, `${edgeStarts[0]} to ${edgeStarts[nodes]}`);
  }
  for (let tree = 0; tree < trees; tree++) {
    const end = treeStarts[tree + 1]!;
    if (end <= treeStarts[tree]!) fail(`at least 1 node in tree ${tree}`, end - treeStarts[tree]!);
    for (let node = treeStarts[tree]!; node < end; node++) {
      const child = children[node]!;
      // Children after their parent: no walk can go round in circles.
      if (child !== 0 && (child <= node || child + 1 >= end)) {
        fail(`the children of node ${node} between it and ${end}`, child);
      }
      if (child !== 0 && featureIds[node]! >= FEATURES) fail(`a feature under ${FEATURES}`, featureIds[node]!);
      if (child !== 0 && !Number.isFinite(thresholds[node]!)) fail("a finite threshold", thresholds[node]!);
      if (edgeStarts[node + 1]! < edgeStarts[node]!)
        fail(`edge boundaries that grow at node ${node}`, edgeStarts[node + 1]!);
      if (edgeStarts[node + 1]! - edgeStarts[node]! > INNER_SIZE ** 2) {
        fail(`at most ${INNER_SIZE ** 2} edge pixels at node ${node}`, edgeStarts[node + 1]! - edgeStarts[node]!);
      }
    }
  }
}
