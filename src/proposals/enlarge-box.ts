/** Turns a proposal into the square region that the network sees. */

import { OptionError } from "../errors.ts";

/** A rectangle in px: x right, y down, covering `[x, x + width)`; it may leave the image. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Side of the square, relative to the longer side of the box (paper: "1.2 times larger"). */
export const CROP_ENLARGEMENT = 1.2;

/**
 * Enlarges a box to a square around its centre, so that the object has context and keeps its aspect ratio.
 *
 * The side is `factor` times the longer side, rounded; so are the corners. This fits the boxes published with the
 * original code, which are square and may reach beyond the image.
 *
 * @param box - px.
 * @param factor - Over 0; default {@link CROP_ENLARGEMENT}.
 * @returns Whole px; `width` equals `height`, at least 1.
 * @throws {OptionError} unless the factor and both sides are over 0.
 */
export function enlargeBox(box: PixelBox, factor: number = CROP_ENLARGEMENT): PixelBox {
  if (!(Number.isFinite(factor) && factor > 0)) {
    throw new OptionError(`enlargeBox: expected a factor over 0, got ${factor}.`);
  }
  const { x, y, width, height } = box;
  if (!(width > 0 && height > 0)) {
    throw new OptionError(`enlargeBox: expected a box with both sides over 0 px, got ${width} x ${height}.`);
  }
  const side = Math.max(1, Math.round(factor * Math.max(width, height)));
  return {
    x: Math.round(x + width / 2 - side / 2),
    y: Math.round(y + height / 2 - side / 2),
    width: side,
    height: side,
  };
}
