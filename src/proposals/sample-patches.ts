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
  const drawn: number[] = [];
  photos.forEach((photo, index) => {
    for (let segmentation = 0; segmentation < photo.segmentations.length; segmentation++) {
      const [near, far] = splitByBoundary(photo, segmentation);
      for (const [places, count] of [
        [near, positives],
        [far, negatives],
      ] as const) {
        for (const place of draw(places, Math.ceil(count / segmentations), random)) {
          drawn.push(index, segmentation, Math.floor(place / photo.columns), place % photo.columns);
        }
      }
    }
  });
  const field = (k: number): Int32Array => Int32Array.from({ length: drawn.length / 4 }, (_, i) => drawn[4 * i + k]!);
  return { photo: field(0), segmentation: field(1), row: field(2), column: field(3) };
}

/** Places of the patches with and without a boundary near their centre. */
function splitByBoundary(photo: TrainingPhoto, segmentation: number): [near: number[], far: number[]] {
  const { data, width } = photo.segmentations[segmentation]!;
  const split: [number[], number[]] = [[], []];
  for (let row = 0; row < photo.rows; row++) {
    for (let column = 0; column < photo.columns; column++) {
      const x = column * STRIDE + INNER_SIZE / 2;
      const y = row * STRIDE + INNER_SIZE / 2;
      split[touchesBoundary(data, width, x, y) ? 0 : 1].push(row * photo.columns + column);
    }
  }
  return split;
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

/** `count` of the places, each once, ascending. */
function draw(places: number[], count: number, random: Random): number[] {
  const taken = Math.min(count, places.length);
  for (let i = 0; i < taken; i++) {
    const other = random.integer(i, places.length);
    [places[i], places[other]] = [places[other]!, places[i]!];
  }
  return places.slice(0, taken).sort((a, b) => a - b);
}
