/**
 * What the forest is trained on, in few bits: the feature channels of all photos as bytes, and their segmentations.
 * Features of a patch are read from the channels when a node asks for them; no matrix of patches and features exists.
 */

import { ShapeError } from "../errors.ts";
import {
  CHANNELS,
  FEATURES,
  forestFeatures,
  INNER_SIZE,
  PATCH_SIZE,
  REGULAR_FEATURES,
  SHRINK,
  STRIDE,
} from "./forest-features.ts";
import type { Segmentation } from "./region-boundaries.ts";
import type { RgbImage } from "./rgb-image.ts";

/** A photo with one or more segmentations of it, by people or from its label map. */
export interface ForestExample {
  readonly image: RgbImage;
  readonly segmentations: readonly Segmentation[];
}

/** One photo, its channels as bytes `[26, height, width]`: 13 regular ones, then 13 for self-similarity. */
export interface TrainingPhoto {
  readonly channels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Patches per row and column. */
  readonly columns: number;
  readonly rows: number;
  readonly segmentations: readonly Segmentation[];
}

/** All photos and the common scale of their bytes: value = low + byte * step, for each of the 26 channels. */
export interface TrainingPhotos {
  readonly photos: readonly TrainingPhoto[];
  readonly low: Float64Array;
  readonly step: Float64Array;
}

const LEVELS = 255;
/** Photos and pixels from which the range of the channels is taken, and the share on either side that is cut off. */
const RANGE_PHOTOS = 40;
const RANGE_STRIDE = 7;
const CUT_OFF = 0.0005;

/** Number of bytes that the channels of the photos will take. */
export function trainingBytes(sizes: readonly { readonly width: number; readonly height: number }[]): number {
  const channel = (size: number): number => Math.round((size + PATCH_SIZE - INNER_SIZE) / SHRINK);
  return sizes.reduce((sum, { width, height }) => sum + 2 * CHANNELS * channel(width) * channel(height), 0);
}

/**
 * Computes the channels of all photos.
 *
 * @param examples - At least one; segmentations of the size of their photo. Photos under 16 px a side are left out.
 * @throws {ShapeError} if a segmentation has another size, or no photo is large enough.
 */
export function prepareTrainingPhotos(examples: readonly ForestExample[]): TrainingPhotos {
  for (const { image, segmentations } of examples) checkSizes(image, segmentations);
  const usable = examples.filter(
    ({ image, segmentations }) => Math.min(image.width, image.height) >= INNER_SIZE && segmentations.length > 0,
  );
  if (usable.length === 0) {
    throw new ShapeError(
      `trainForest: expected at least 1 photo of ${INNER_SIZE} x ${INNER_SIZE} px with a segmentation, got 0 of ${examples.length}.`,
    );
  }
  const { low, step } = channelRanges(usable);
  return { photos: usable.map((example) => preparePhoto(example, low, step)), low, step };
}

function checkSizes(image: RgbImage, segmentations: readonly Segmentation[]): void {
  for (const { data, width, height } of segmentations) {
    if (width !== image.width || height !== image.height || data.length !== width * height) {
      throw new ShapeError(
        `trainForest: expected segmentations of ${image.width} x ${image.height} as the photo, ` +
          `got ${width} x ${height} with ${data.length} values.`,
      );
    }
  }
}

/** The 26 channels of a photo in one list. */
function channelPlanes(image: RgbImage): { planes: Float32Array[]; width: number; height: number } {
  const { channels, width, height } = forestFeatures(image);
  const size = width * height;
  const planes = Array.from({ length: 2 * CHANNELS }, (_, z) => channels.subarray(z * size, (z + 1) * size));
  return { planes, width, height };
}

function channelRanges(examples: readonly ForestExample[]): { low: Float64Array; step: Float64Array } {
  const low = new Float64Array(2 * CHANNELS).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(2 * CHANNELS).fill(Number.NEGATIVE_INFINITY);
  const stride = Math.ceil(examples.length / RANGE_PHOTOS);
  for (let i = 0; i < examples.length; i += stride) {
    channelPlanes(examples[i]!.image).planes.forEach((plane, z) => {
      const sorted = plane.filter((_, at) => at % RANGE_STRIDE === 0).sort();
      const cut = Math.floor(CUT_OFF * sorted.length);
      low[z] = Math.min(low[z]!, sorted[cut]!);
      high[z] = Math.max(high[z]!, sorted[sorted.length - 1 - cut]!);
    });
  }
  // A channel of one value still needs a step.
  return { low, step: high.map((top, z) => Math.max(top - low[z]!, 1e-6) / LEVELS) };
}

function preparePhoto({ image, segmentations }: ForestExample, low: Float64Array, step: Float64Array): TrainingPhoto {
  const { planes, width, height } = channelPlanes(image);
  const channels = new Uint8Array(planes.length * width * height);
  planes.forEach((plane, z) => {
    const [zero, perStep, at] = [low[z]!, 1 / step[z]!, z * width * height];
    for (let i = 0; i < plane.length; i++) {
      const level = Math.round((plane[i]! - zero) * perStep);
      channels[at + i] = Math.max(0, Math.min(level, LEVELS));
    }
  });
  return {
    channels,
    width,
    height,
    columns: Math.ceil((width * SHRINK - PATCH_SIZE) / STRIDE),
    rows: Math.ceil((height * SHRINK - PATCH_SIZE) / STRIDE),
    segmentations,
  };
}

/** The threshold on the feature itself that parts levels under `level` from the others. */
export function thresholdOfLevel({ low, step }: TrainingPhotos, feature: number, level: number): number {
  if (feature < REGULAR_FEATURES) {
    const channel = Math.floor(feature / (REGULAR_FEATURES / CHANNELS));
    return low[channel]! + (level - 0.5) * step[channel]!;
  }
  const channel = CHANNELS + Math.floor((feature - REGULAR_FEATURES) / ((FEATURES - REGULAR_FEATURES) / CHANNELS));
  return (level - 0.5) * step[channel]!;
}
