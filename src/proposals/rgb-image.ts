/** The photo that an edge detector gets. */

import { ShapeError } from "../errors.ts";

/** RGB, uint8, shape `[height, width, 3]`, 0-255. */
export interface RgbImage {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** @internal Throws unless the array holds three values a pixel. */
export function checkRgbImage(caller: string, { data, width, height }: RgbImage): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new ShapeError(
      `${caller}: expected an image with a whole width and height of at least 1 px, got ${width} x ${height}.`,
    );
  }
  if (data.length !== 3 * width * height) {
    throw new ShapeError(
      `${caller}: expected an RGB image of ${width} x ${height} to hold ${3 * width * height} values, ` +
        `got ${data.length}. Pass red, green, blue of each pixel, row by row.`,
    );
  }
}
