/** A structured forest evaluated one output pixel's votes at a time: slow and obvious. */

import type { EdgeForest } from "../../src/proposals/index.ts";

/** Channels of a photo, float32 `[height, width, 26]`: 13 smoothed little, 13 smoothed much. */
export interface ChannelStacks {
  readonly channels: Float32Array;
  readonly width: number;
  readonly height: number;
}

const GRID = [1, 4, 8, 11, 14];

/** The value of a feature of the patch at channel pixel (row, column). */
export function slowFeature(features: ChannelStacks, feature: number, row: number, column: number): number {
  const { channels, width } = features;
  const at = (z: number, y: number, x: number): number => channels[26 * ((row + y) * width + column + x) + z]!;
  if (feature < 16 * 16 * 13) {
    const [z, within] = [Math.floor(feature / 256), feature % 256];
    return at(z, within % 16, Math.floor(within / 16));
  }
  const [z, pair] = [Math.floor((feature - 3328) / 300), (feature - 3328) % 300];
  let n = 0;
  for (let a = 0; a < 25; a++) {
    for (let b = a + 1; b < 25; b++, n++) {
      if (n !== pair) continue;
      const [ya, xa, yb, xb] = [GRID[a % 5]!, GRID[Math.floor(a / 5)]!, GRID[b % 5]!, GRID[Math.floor(b / 5)]!];
      return Math.fround(at(13 + z, ya, xa) - at(13 + z, yb, xb));
    }
  }
  throw new Error(`slowFeature: no feature ${feature}`);
}

/** Votes of all trees before smoothing, `[height, width]` of the photo. */
export function slowVotes(features: ChannelStacks, forest: EdgeForest, width: number, height: number): Float64Array {
  const votes = new Float64Array(width * height);
  const trees = forest.treeStarts.length - 1;
  for (let i = 0; 2 * i < 2 * features.height - 32; i++) {
    for (let j = 0; 2 * j < 2 * features.width - 32; j++) {
      for (let k = 0; k < forest.treesEvaluated; k++) {
        let node = forest.treeStarts[(((i + j) % (2 * forest.treesEvaluated)) + k) % trees]!;
        while (forest.children[node] !== 0) {
          const value = slowFeature(features, forest.featureIds[node]!, i, j);
          node = forest.children[node]! + (value < forest.thresholds[node]! ? 0 : 1);
        }
        for (let e = forest.edgeStarts[node]!; e < forest.edgeStarts[node + 1]!; e++) {
          const bin = forest.edgeBins[e]!;
          votes[(2 * i + (bin % 16)) * width + 2 * j + Math.floor(bin / 16)]! += 8 / 256 / forest.treesEvaluated;
        }
      }
    }
  }
  return votes;
}
