/** Photos as arrays, and boxes on them. */
import { ShapeError } from "../errors.ts";

/** Red, green and blue, each 0-255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** An RGB picture, uint8, row by row from the top. Made by {@link image}. */
export interface Image {
  readonly channels: 3;
  readonly height: number;
  readonly width: number;
  /** Shape `[height, width, 3]`, 0-255. */
  readonly data: Uint8Array;
}

/** A rectangle in px: x to the right, y down, covering `[x, x + width)`; it may have fractions and leave the image. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Height and width in px. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Declares an array to be an RGB picture; the array is kept, not copied.
 *
 * @param data - RGB, uint8, shape `[height, width, 3]`.
 * @throws {ShapeError} if the array has another size.
 */
export function image(data: Uint8Array, height: number, width: number): Image {
  if (data.length !== height * width * 3) {
    throw new ShapeError(
      `image: expected ${height * width * 3} bytes for ${height}x${width} (height x width) RGB pixels, got ${data.length}.`,
    );
  }
  return { channels: 3, height, width, data };
}

/** A picture of one colour. */
export function solidImage({ height, width }: Size, [red, green, blue]: Rgb): Image {
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < data.length; i += 3) {
    data[i] = red;
    data[i + 1] = green;
    data[i + 2] = blue;
  }
  return image(data, height, width);
}

/** The whole picture as a box. */
export function wholeBox({ height, width }: Size): Box {
  return { x: 0, y: 0, width, height };
}
