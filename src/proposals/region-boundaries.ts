/** Boundaries between the regions of a segmentation or label map. */

import type { BoundaryMap } from "./edge-accuracy.ts";

/** A region number a pixel, `[height, width]`; only whether two are equal counts. */
export interface Segmentation {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
}

/** Marks each pixel whose right or lower neighbour belongs to another region: lines 1 px wide. */
export function regionBoundaries({ data, width, height }: Segmentation): BoundaryMap {
  const out = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const right = x + 1 < width && data[i + 1] !== data[i];
      const below = y + 1 < height && data[i + width] !== data[i];
      if (right || below) out[i] = 1;
    }
  }
  return { data: out, width, height };
}
