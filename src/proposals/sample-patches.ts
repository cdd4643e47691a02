/** Draws the patches that a tree is trained on: half with a boundary near their centre, half without. */

import type { Random } from "../tensor/index.ts";
import { INNER_SIZE, STRIDE } from "./forest-features.ts";
import type { TrainingPhoto, TrainingPhotos } from "./training-photos.ts";

/** Patches in the order of the photos: number of the photo, of its segmentation, and place in units of the stride. */
export interface PatchSample {
  readonly photo: Int32Array;
  readonly segmentation: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
}

/** A patch is positive if a boundary comes this near to its centre, px. */
const BOUNDARY_RADIUS = INNER_SIZE / 2 - 1;

/**
 * Draws without replacement, the same number from each segmentation of each photo.
 *
 * @param positives - In all, at most; fewer where there are not as many.
 * @param negatives - In all, at most.
 */
export function samplePatches(
  { photos }: TrainingPhotos,
  positives: number,
  negatives: number,
  random: Random,
): PatchSample {
  const segmentations = photos.reduce((sum, { segmentations: own }) => sum + own.length, 0);
  const quotas = [Math.ceil(positives / segmentations), Math.ceil(negatives / segmentations)] as const;
  const drawn: number[] = [];
  photos.forEach((photo, index) => {
    const order = new Int32Array(photo.rows * photo.columns);
    for (let segmentation = 0; segmentation < photo.segmentations.length; segmentation++) {
      for (const place of drawPlaces(photo, segmentation, quotas, order, random)) {
        drawn.push(index, segmentation, Math.floor(place / photo.columns), place % photo.columns);
      }
    }
  });
  const field = (k: number): Int32Array => Int32Array.from({ length: drawn.length / 4 }, (_, i) => drawn[4 * i + k]!);
  return { photo: field(0), segmentation: field(1), row: field(2), column: field(3) };
}

/**
 * Goes over the places in random order, each once, until there are enough with and without a boundary near their centre.
 *
 * @param order - Room for one number a place.
 */
function drawPlaces(
  photo: TrainingPhoto,
  segmentation: number,
  quotas: readonly [near: number, far: number],
  order: Int32Array,
  random: Random,
): number[] {
  const { data, width } = photo.segmentations[segmentation]!;
  const found: readonly [number[], number[]] = [[], []];
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (let i = 0; i < order.length; i++) {
    if (found[0].length >= quotas[0] && found[1].length >= quotas[1]) break;
    const other = random.integer(i, order.length);
    const place = order[other]!;
    order[other] = order[i]!;
    const x = (place % photo.columns) * STRIDE + INNER_SIZE / 2;
    const y = Math.floor(place / photo.columns) * STRIDE + INNER_SIZE / 2;
    const side = touchesBoundary(data, width, x, y) ? 0 : 1;
    if (found[side].length < quotas[side]) found[side].push(place);
  }
  return [...found[0].sort((a, b) => a - b), ...found[1].sort((a, b) => a - b)];
}

/** Whether the disc around (x, y) holds more than one region: looks along its rows of every second pixel. */
function touchesBoundary(data: Uint8Array | Uint16Array, width: number, x: number, y: number): boolean {
  const region = data[y * width + x];
  for (let dy = -BOUNDARY_RADIUS; dy <= BOUNDARY_RADIUS; dy += 2) {
    const reach = Math.floor(Math.sqrt(BOUNDARY_RADIUS ** 2 - dy ** 2));
    const row = (y + dy) * width + x;
    for (let dx = -reach; dx <= reach; dx += 2) if (data[row + dx] !== region) return true;
  }
  return false;
}
