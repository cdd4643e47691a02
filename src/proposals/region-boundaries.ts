/** Boundaries between the regions of a segmentation or label map. */

import { ShapeError } from "../errors.ts";
import type { BoundaryMap } from "./edge-accuracy.ts";
import { thinLines } from "./thin-lines.ts";

/** A region number a pixel, `[height, width]`; only whether two are equal counts. */
export interface Segmentation {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Marks the pixels whose right, lower or lower right neighbour belongs to another region, thinned to lines of 1 px.
 *
 * These are the boundaries that the Berkeley data set stores with its segmentations, pixel for pixel. Unthinned, slanted
 * boundaries are stairs of up to 2 px a step, which no thinned edge map can match one to one.
 *
 * @param segmentation - {@link Segmentation}.
 * @returns 1 on a boundary, else 0, `[height, width]`.
 * @throws {ShapeError} unless there is one region number a pixel.
 */
export function regionBoundaries({ data, width, height }: Segmentation): BoundaryMap {
  if (data.length !== width * height) {
    throw new ShapeError(
      `regionBoundaries: expected ${width * height} region numbers for ${width} x ${height} px, got ${data.length}.`,
    );
  }
  const out = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const below = y + 1 < height;
    for (let x = 0; x < width; x++, i++) {
      const right = x + 1 < width;
      const differs =
        (right && data[i + 1] !== data[i]) ||
        (below && data[i + width] !== data[i]) ||
        (right && below && data[i + width + 1] !== data[i]);
      if (differs) out[i] = 1;
    }
  }
  thinLines(out, width, height);
  return { data: out, width, height };
}
