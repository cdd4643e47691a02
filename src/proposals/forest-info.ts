/** What a structured forest is, in numbers and as text. */

import { printable } from "../printable.ts";
import type { EdgeForest } from "./edge-forest.ts";

/** A forest without its splits, ready for `JSON.stringify`. */
export interface ForestInfo {
  readonly trees: number;
  /** Trees that vote at each place. */
  readonly treesEvaluated: number;
  readonly nodes: number;
  readonly leaves: number;
  /** Splits on the longest way from a root to a leaf. */
  readonly depth: number;
  /** Edge pixels of all leaves. */
  readonly edgePixels: number;
  /** What the forest was trained on and on which terms. */
  readonly description: string;
}

/** Counts what a forest is made of. */
export function forestInfo({ treeStarts, treesEvaluated, children, edgeStarts, description }: EdgeForest): ForestInfo {
  const depths = new Int32Array(children.length);
  let leaves = 0;
  // Children come after their parents.
  children.forEach((child, node) => {
    if (child === 0) leaves++;
    else depths.fill(depths[node]! + 1, child, child + 2);
  });
  return {
    trees: treeStarts.length - 1,
    treesEvaluated,
    nodes: children.length,
    leaves,
    depth: depths.reduce((deepest, depth) => Math.max(deepest, depth), 0),
    edgePixels: edgeStarts.at(-1) ?? 0,
    description,
  };
}

/** Longest description that is shown whole. */
const DESCRIPTION_LIMIT = 2000;

/**
 * The numbers as lines of text.
 *
 * @returns Lines, each ended by a line feed. Nothing from the file can reach the terminal as a control character.
 */
export function describeForest({ trees, treesEvaluated, nodes, leaves, ...info }: ForestInfo): string {
  const count = (value: number): string => value.toLocaleString("en-US");
  const rows = [
    ["trees", `${trees}, of which ${treesEvaluated} vote at each place`],
    ["nodes", `${count(nodes)}, of which ${count(leaves)} leaves`],
    ["depth", `${info.depth}`],
    ["edge pixels", `${count(info.edgePixels)} in the leaves`],
    ["description", info.description === "" ? "none" : printable(info.description, DESCRIPTION_LIMIT)],
  ] as const;
  return rows.map(([name, text]) => `${name.padEnd(11)}  ${text}\n`).join("");
}
