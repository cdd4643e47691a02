/**
 * Structured edges: the learned edge detector.
 *
 * Source: Dollár and Zitnick, "Fast Edge Detection Using Structured Forests", PAMI 2015; the variant is OpenCV's, without
 * sharpening.
 */

import { OptionError } from "../errors.ts";
import { ForestVotes } from "../kernels/index.ts";
import { checkForest, type EdgeForest } from "./edge-forest.ts";
import type { EdgeMap } from "./edge-map.ts";
import {
  CELLS,
  featureOffsets,
  forestFeatures,
  INNER_SIZE,
  PATCH_SIZE,
  SHRINK,
  SMOOTHED_CHANNELS,
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
 * @throws {ShapeError} for an image of the wrong length, {OptionError} for scales out of range, {FormatError} for a forest
 *   whose references are out of bounds.
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
  const row = SMOOTHED_CHANNELS * features.width;
  const grid = { channels: features.channels, pixel: SMOOTHED_CHANNELS, row, patchRows: CELLS, rows, columns };
  // So that an edge on which all agree gets about 1.
  const vote = (2 * STRIDE ** 2) / INNER_SIZE ** 2 / forest.treesEvaluated;
  votesOf(forest).cast(grid, STRIDE, INNER_SIZE, vote, votes.data, width);
  return smoothTriangle(votes, 1);
}

/** Forests that have been laid out once: of the real size that takes as long as a photo. */
const laidOut = new WeakMap<EdgeForest, ForestVotes>();

function votesOf(forest: EdgeForest): ForestVotes {
  const known = laidOut.get(forest);
  if (known !== undefined) return known;
  checkForest("detectStructuredEdges", forest);
  const { treeStarts, treesEvaluated, featureIds } = forest;
  const { a, b } = featureOffsets({ pixel: 4 * SMOOTHED_CHANNELS, row: 65_536, channel: 4 });
  const votes = new ForestVotes({
    ...forest,
    roots: treeStarts.slice(0, -1),
    evaluated: treesEvaluated,
    first: Int32Array.from(featureIds, (feature) => a[feature]!),
    second: Int32Array.from(featureIds, (feature) => b[feature]!),
  });
  laidOut.set(forest, votes);
  return votes;
}
