/** Resizing and cropping of photos and score maps with linear interpolation; conventions in linear-taps.ts. */
import { OptionError, ShapeError } from "../errors.ts";
import type { ScoreShape } from "../tensor/index.ts";
import { type Box, type Image, image, type Rgb, type Size, wholeBox } from "./image.ts";
import { linearTaps } from "./linear-taps.ts";
import { resampleColumns, resampleRgbColumns, resampleRow, rowsRead } from "./resample.ts";

export interface ResizeOptions {
  /** Widens the kernel when it shrinks, so that fine texture does not alias; off is what OpenCV and Caffe do. */
  readonly antialias?: boolean;
}

export const RESIZE_DEFAULTS: Required<ResizeOptions> = Object.freeze({ antialias: true });

/**
 * Resizes a photo with linear interpolation; half-pixel centres. To its own size it is the identity.
 *
 * @param source - RGB, uint8, shape `[height, width, 3]`.
 * @param size - Height and width of the result, px.
 * @param options - {@link ResizeOptions}; defaults {@link RESIZE_DEFAULTS}.
 * @returns RGB, uint8, rounded to the nearest.
 * @throws {OptionError} if the size is not of whole numbers of at least 1.
 */
export function resizeImage(source: Image, size: Size, options: ResizeOptions = {}): Image {
  return cropImage(source, wholeBox(source), size, [0, 0, 0], options);
}

/**
 * Cuts a box out of a photo and resizes it. An output pixel whose centre falls outside the photo gets the fill colour;
 * inside, the border is replicated and not mixed with the fill.
 *
 * @param source - RGB, uint8, shape `[height, width, 3]`.
 * @param box - What is cut, px of the photo; may have fractions and leave the photo. With the size of the result and a whole
 *   x and y it is copied exactly.
 * @param size - Height and width of the result, px.
 * @param fill - RGB, 0-255.
 * @param options - {@link ResizeOptions}; defaults {@link RESIZE_DEFAULTS}.
 * @throws {OptionError} if the box is empty or the size is not of whole numbers of at least 1.
 */
export function cropImage(source: Image, box: Box, size: Size, fill: Rgb, options: ResizeOptions = {}): Image {
  const { antialias } = { ...RESIZE_DEFAULTS, ...options };
  checkCrop("cropImage", box, size);
  const columns = linearTaps(source.width, box.x, box.width, size.width, antialias);
  const rows = linearTaps(source.height, box.y, box.height, size.height, antialias);
  const [low, high] = rowsRead(rows);
  const narrow = resampleRgbColumns(source.data, low, high - low, source.width, columns);
  const length = size.width * 3;
  const line = new Float32Array(length);
  const data = new Uint8Array(size.height * length);
  for (let v = 0; v < size.height; v++) {
    resampleRow(narrow, low, length, rows, v, line);
    const outside = rows.count[v] === 0;
    for (let u = 0; u < size.width; u++) {
      const at = v * length + u * 3;
      const filled = outside || columns.count[u] === 0;
      for (let c = 0; c < 3; c++) data[at + c] = filled ? fill[c]! : line[u * 3 + c]! + 0.5;
    }
  }
  return image(data, size.height, size.width);
}

/**
 * Resizes a score or probability map with linear interpolation; half-pixel centres.
 *
 * @param scores - Float32, shape `[classes, height, width]`.
 * @param shape - Its shape.
 * @param size - Height and width of the result, px.
 * @param options - {@link ResizeOptions}; defaults {@link RESIZE_DEFAULTS}.
 * @returns Float32, shape `[classes, size.height, size.width]`.
 * @throws {ShapeError} if the shape does not fit the array.
 */
export function resizeScores(
  scores: Float32Array,
  shape: ScoreShape,
  size: Size,
  options: ResizeOptions = {},
): Float32Array<ArrayBuffer> {
  const [classes] = shape;
  const rows = resizedScoreRows(scores, shape, size, options);
  const resized = new Float32Array(classes * size.height * size.width);
  let v = 0;
  for (const row of rows) {
    for (let c = 0; c < classes; c++) {
      resized.set(row.subarray(c * size.width, (c + 1) * size.width), (c * size.height + v) * size.width);
    }
    v++;
  }
  return resized;
}

/**
 * Resizes a score map as {@link resizeScores} does, a row at a time: for photos so large that the whole would not fit.
 *
 * @returns For each row of the result float32, shape `[classes, size.width]`; the array is used again for the next row.
 * @throws {ShapeError} if the shape does not fit the array.
 */
export function resizedScoreRows(
  scores: Float32Array,
  [classes, height, width]: ScoreShape,
  size: Size,
  options: ResizeOptions = {},
): Generator<Float32Array<ArrayBuffer>, void, void> {
  const { antialias } = { ...RESIZE_DEFAULTS, ...options };
  checkCrop("resizeScores", { x: 0, y: 0, width, height }, size);
  if (scores.length !== classes * height * width) {
    throw new ShapeError(
      `resizeScores: expected ${classes * height * width} scores for the shape [${classes}, ${height}, ${width}], got ${scores.length}.`,
    );
  }
  const columns = linearTaps(width, 0, width, size.width, antialias);
  const rows = linearTaps(height, 0, height, size.height, antialias);
  const narrow = resampleColumns(scores, classes * height, width, columns); // [classes * height, size.width]
  return (function* () {
    const resized = new Float32Array(classes * size.width);
    for (let v = 0; v < size.height; v++) {
      for (let c = 0; c < classes; c++) {
        const plane = narrow.subarray(c * height * size.width, (c + 1) * height * size.width);
        resampleRow(plane, 0, size.width, rows, v, resized.subarray(c * size.width, (c + 1) * size.width));
      }
      yield resized;
    }
  })();
}

/** Throws unless the box has an area and the size is of whole numbers of at least 1. */
export function checkCrop(caller: string, box: Box, size: Size): void {
  if (!(box.width > 0 && box.height > 0 && Number.isFinite(box.x + box.y + box.width + box.height))) {
    throw new OptionError(
      `${caller}: expected a box with a width and height above 0, got ${box.width}x${box.height} (width x height) at ` +
        `(${box.x}, ${box.y}).`,
    );
  }
  if (!(Number.isInteger(size.height) && Number.isInteger(size.width) && size.height >= 1 && size.width >= 1)) {
    throw new OptionError(
      `${caller}: expected a size of whole numbers of at least 1, got ${size.height}x${size.width} (height x width).`,
    );
  }
}
