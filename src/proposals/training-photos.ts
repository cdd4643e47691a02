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
  SMOOTHED_CHANNELS,
  STRIDE,
} from "./forest-features.ts";
import type { Segmentation } from "./region-boundaries.ts";
import type { RgbImage } from "./rgb-image.ts";

/** A photo with one or more segmentations of it, by people or from its label map. */
export interface ForestExample {
  readonly image: RgbImage;
  readonly segmentations: readonly Segmentation[];
}

/** One photo, its channels as bytes `[height, rowPixels, 26]`: 13 regular ones, then 13 for self-similarity. */
export interface TrainingPhoto {
  readonly channels: Uint8Array;
  /** Patches per row and column. */
  readonly columns: number;
  readonly rows: number;
  readonly segmentations: readonly Segmentation[];
}

/** What the bytes of all photos have in common. */
export interface TrainingScale {
  /** Value = low + byte * step, for each of the 26 channels. */
  readonly low: Float64Array;
  readonly step: Float64Array;
  /** Pixels from one row of channels to the next, in every photo: so a feature is at the same distance in all. */
  readonly rowPixels: number;
}

export interface TrainingPhotos {
  readonly photos: readonly TrainingPhoto[];
  readonly scale: TrainingScale;
}

/** Makes the arrays that trees are trained from: workers share those that lie on a `SharedArrayBuffer`. */
export type AllocateBytes = (length: number) => Uint8Array;

const LEVELS = 255;
/** Photos that are enough for the range of the channels. */
export const RANGE_PHOTOS = 40;
/** Of their pixels every so many count, and this share on either side is cut off. */
const RANGE_STRIDE = 7;
const CUT_OFF = 0.0005;

const channelSide = (side: number): number => Math.round((side + PATCH_SIZE - INNER_SIZE) / SHRINK);

/** Number of bytes that the channels of the photos will take. */
export function trainingBytes(sizes: readonly { readonly width: number; readonly height: number }[]): number {
  const rowPixels = Math.max(...sizes.map(({ width }) => channelSide(width)));
  return sizes.reduce((sum, { height }) => sum + SMOOTHED_CHANNELS * rowPixels * channelSide(height), 0);
}

/**
 * Computes the channels of all photos.
 *
 * @param examples - At least one; segmentations of the size of their photo. Photos under 18 px a side are left out.
 * @throws {ShapeError} if a segmentation has another size, or no photo is large enough.
 */
export function prepareTrainingPhotos(examples: readonly ForestExample[]): TrainingPhotos {
  const usable = examples.filter(isTrainable);
  if (usable.length === 0) {
    throw new ShapeError(
      `trainForest: expected at least 1 photo of ${LEAST_SIDE} x ${LEAST_SIDE} px with a segmentation, got 0 of ${examples.length}.`,
    );
  }
  const stride = Math.ceil(usable.length / RANGE_PHOTOS);
  const scale = trainingScale(
    usable.filter((_, i) => i % stride === 0).map(({ image }) => image),
    Math.max(...usable.map(({ image }) => image.width)),
  );
  return { photos: usable.map((example) => prepareTrainingPhoto(example, scale)), scale };
}

/** The smallest photo with a patch, px: where a smaller one is detected in, it has no edges either. */
export const LEAST_SIDE = INNER_SIZE + STRIDE;

/** Whether a photo can be trained on: large enough, with a segmentation. */
export function isTrainable({ image, segmentations }: ForestExample): boolean {
  return Math.min(image.width, image.height) >= LEAST_SIDE && segmentations.length > 0;
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

/**
 * Finds the range of each channel.
 *
 * @param images - Some of the photos; {@link RANGE_PHOTOS} are enough.
 * @param widest - Width of the widest of all photos, px.
 */
export function trainingScale(images: readonly RgbImage[], widest: number): TrainingScale {
  const low = new Float64Array(SMOOTHED_CHANNELS).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(SMOOTHED_CHANNELS).fill(Number.NEGATIVE_INFINITY);
  for (const image of images) {
    const { channels, width, height } = forestFeatures(image);
    for (let z = 0; z < SMOOTHED_CHANNELS; z++) {
      const pixels = Math.ceil((width * height) / RANGE_STRIDE);
      const every = SMOOTHED_CHANNELS * RANGE_STRIDE;
      const sorted = Float32Array.from({ length: pixels }, (_, i) => channels[i * every + z]!).sort();
      const cut = Math.floor(CUT_OFF * sorted.length);
      low[z] = Math.min(low[z]!, sorted[cut]!);
      high[z] = Math.max(high[z]!, sorted[sorted.length - 1 - cut]!);
    }
  }
  // A channel of one value still needs a step.
  const step = high.map((top, z) => Math.max(top - low[z]!, 1e-6) / LEVELS);
  return { low, step, rowPixels: channelSide(widest) };
}

/**
 * Computes the channels of one photo.
 *
 * @throws {ShapeError} if a segmentation has another size than the photo.
 */
export function prepareTrainingPhoto(
  { image, segmentations }: ForestExample,
  { low, step, rowPixels }: TrainingScale,
  allocate: AllocateBytes = (length) => new Uint8Array(length),
): TrainingPhoto {
  checkSizes(image, segmentations);
  const { channels: values, width, height } = forestFeatures(image);
  const channels = allocate(SMOOTHED_CHANNELS * rowPixels * height);
  const perStep = step.map((value) => 1 / value);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = SMOOTHED_CHANNELS * rowPixels * y; x < width; x++) {
      for (let z = 0; z < SMOOTHED_CHANNELS; z++, i++, at++) {
        channels[at] = Math.max(0, Math.min(Math.round((values[i]! - low[z]!) * perStep[z]!), LEVELS));
      }
    }
  }
  return {
    channels,
    columns: Math.ceil((width * SHRINK - PATCH_SIZE) / STRIDE),
    rows: Math.ceil((height * SHRINK - PATCH_SIZE) / STRIDE),
    segmentations: segmentations.map((segmentation) => packSegmentation(segmentation, allocate)),
  };
}

/** A copy in as few bytes as its numbers need. */
function packSegmentation({ data, width, height }: Segmentation, allocate: AllocateBytes): Segmentation {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, data[i]!);
  const packed = largest < 256 ? allocate(data.length) : new Uint16Array(allocate(2 * data.length).buffer);
  packed.set(data);
  return { data: packed, width, height };
}

/** The threshold on the feature itself that parts levels under `level` from the others. */
export function thresholdOfLevel({ low, step }: TrainingScale, feature: number, level: number): number {
  if (feature < REGULAR_FEATURES) {
    const channel = Math.floor(feature / (REGULAR_FEATURES / CHANNELS));
    return low[channel]! + (level - 0.5) * step[channel]!;
  }
  const channel = CHANNELS + Math.floor((feature - REGULAR_FEATURES) / ((FEATURES - REGULAR_FEATURES) / CHANNELS));
  return (level - 0.5) * step[channel]!;
}
