/**
 * Structured edges: the learned edge detector.
 *
 * Source: Dollár and Zitnick, "Fast Edge Detection Using Structured Forests", PAMI 2015; the variant is OpenCV's, without
 * sharpening.
 */

import { OptionError } from "../errors.ts";
import type { EdgeForest } from "./edge-forest.ts";
import type { EdgeMap } from "./edge-map.ts";
import {
  type ForestFeatures,
  featureOffsets,
  forestFeatures,
  INNER_SIZE,
  PATCH_SIZE,
  SHRINK,
  STRIDE,
} from "./forest-features.ts";
import { resizePlane } from "./resize-plane.ts";
import { checkRgbImage, type RgbImage } from "./rgb-image.ts";
import { smoothTriangle } from "./triangle-filter.ts";

/** Settings of {@link detectStructuredEdges}. */
export interface StructuredEdgesOptions {
  /** The photo is looked at in these sizes, relative to its own, and the edge maps are averaged; each [0.125, 4]. */
  readonly scales: readonly number[];
}

export const STRUCTURED_EDGES_DEFAULTS: StructuredEdgesOptions = Object.freeze({ scales: Object.freeze([1]) });

/**
 * Detects edges with a structured forest.
 *
 * At one scale the result is that of OpenCV's `StructuredEdgeDetection` with the same forest, to float32 rounding.
 *
 * @param image - RGB, uint8, `[height, width, 3]`; a side under 18 px gives no edges.
 * @param forest - From a file or from `trainForest`.
 * @param options - {@link StructuredEdgesOptions}; defaults {@link STRUCTURED_EDGES_DEFAULTS}.
 * @returns Edge map, not thinned, about [0, 1].
 * @throws {ShapeError} for an image of the wrong length, {OptionError} for scales out of range.
 * @see Dollár and Zitnick, PAMI 2015, section 4.
 */
export function detectStructuredEdges(
  image: RgbImage,
  forest: EdgeForest,
  options: Partial<StructuredEdgesOptions> = {},
): EdgeMap {
  const { scales } = { ...STRUCTURED_EDGES_DEFAULTS, ...options };
  checkRgbImage("detectStructuredEdges", image);
  if (scales.length === 0 || scales.some((scale) => !(scale >= 0.125 && scale <= 4))) {
    throw new OptionError(`detectStructuredEdges: expected one or more scales of 0.125 to 4, got [${scales.join()}].`);
  }
  const { width, height } = image;
  const mean = new Float32Array(width * height);
  for (const scale of scales) {
    const sized = scale === 1 ? image : resizeImage(image, scale);
    const edges = resizePlane(detectAtOneScale(sized, forest), width, height).data;
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + edges[i]! / scales.length;
  }
  return { data: mean, width, height };
}

function resizeImage({ data, width, height }: RgbImage, scale: number): RgbImage {
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const out = new Uint8ClampedArray(3 * size.width * size.height);
  for (let channel = 0; channel < 3; channel++) {
    const plane = {
      data: Float32Array.from({ length: width * height }, (_, i) => data[3 * i + channel]!),
      width,
      height,
    };
    resizePlane(plane, size.width, size.height).data.forEach((value, i) => {
      out[3 * i + channel] = value;
    });
  }
  return { data: out, ...size };
}

function detectAtOneScale(image: RgbImage, forest: EdgeForest): EdgeMap {
  const { width, height } = image;
  const votes = { data: new Float32Array(width * height), width, height };
  const features = forestFeatures(image);
  const rows = Math.ceil((features.height * SHRINK - PATCH_SIZE) / STRIDE);
  const columns = Math.ceil((features.width * SHRINK - PATCH_SIZE) / STRIDE);
  if (rows <= 0 || columns <= 0) return votes;
  const leaves = findLeaves(features, forest, rows, columns);
  castVotes(votes, leaves, forest, rows, columns);
  return smoothTriangle(votes, 1);
}

/** Walks each patch down its trees; neighbouring patches use different ones. Returns `[rows, columns, trees]` leaves. */
function findLeaves(features: ForestFeatures, forest: EdgeForest, rows: number, columns: number): Int32Array {
  const { channels, width, height } = features;
  const { treeStarts, treesEvaluated } = forest;
  const trees = treeStarts.length - 1;
  const nodes = nodeTable(forest, width, height);
  const thresholds = new Float32Array(nodes.buffer);
  const leaves = new Int32Array(rows * columns * treesEvaluated);
  const step = STRIDE / SHRINK;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const patch = row * step * width + column * step;
      const firstTree = (row + column) % (2 * treesEvaluated);
      for (let k = 0; k < treesEvaluated; k++) {
        let node = NODE_WORDS * treeStarts[(firstTree + k) % trees]!;
        for (let child = nodes[node]!; child !== 0; child = nodes[node]!) {
          const b = nodes[node + 2]!;
          const first = channels[patch + nodes[node + 1]!]!;
          const value = b < 0 ? first : Math.fround(first - channels[patch + b]!);
          node = value < thresholds[node + 3]! ? child : child + NODE_WORDS;
        }
        leaves[at++] = node / NODE_WORDS;
      }
    }
  }
  return leaves;
}

/** Words of a node in the table: left child, both places of its feature, threshold. */
const NODE_WORDS = 4;

/** All that a walk needs of a node side by side, so that a step touches one line of the cache. */
function nodeTable({ children, featureIds, thresholds }: EdgeForest, width: number, height: number): Int32Array {
  const { a, b } = featureOffsets({ pixel: 1, row: width, channel: width * height });
  const table = new Int32Array(NODE_WORDS * children.length);
  const real = new Float32Array(table.buffer);
  for (let node = 0, at = 0; node < children.length; node++, at += NODE_WORDS) {
    const feature = featureIds[node]!;
    table[at] = NODE_WORDS * children[node]!;
    table[at + 1] = a[feature]!;
    table[at + 2] = b[feature]!;
    real[at + 3] = thresholds[node]!;
  }
  return table;
}

/** Adds up the edge pixels of all leaves, so that an edge on which all agree gets about 1. */
function castVotes(votes: EdgeMap, leaves: Int32Array, forest: EdgeForest, rows: number, columns: number): void {
  const { edgeStarts, edgeBins, treesEvaluated } = forest;
  const { data, width } = votes;
  const vote = (2 * STRIDE ** 2) / INNER_SIZE ** 2 / treesEvaluated;
  const offsets = Int32Array.from({ length: INNER_SIZE ** 2 }, (_, bin) => (bin % INNER_SIZE) * width + (bin >> 4));
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const corner = row * STRIDE * width + column * STRIDE;
      for (let k = 0; k < treesEvaluated; k++) {
        const leaf = leaves[at++]!;
        const end = edgeStarts[leaf + 1]!;
        for (let i = edgeStarts[leaf]!; i < end; i++) {
          const pixel = corner + offsets[edgeBins[i]!]!;
          data[pixel] = data[pixel]! + vote;
        }
      }
    }
  }
}
