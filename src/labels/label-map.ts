/** A label map: the class of every pixel. Branded, since a grey picture or a mask of 0 and 255 has the same bytes. */
import { ShapeError } from "../errors.ts";

/** The label that is neither trained nor scored. */
export const VOID = 255;

declare const brand: unique symbol;

/** Class ids, uint8, row by row from the top; {@link VOID} is void. Made by {@link labelMap}. */
export interface LabelMap {
  readonly [brand]: "LabelMap";
  readonly height: number;
  readonly width: number;
  /** Shape `[height, width]`. */
  readonly data: Uint8Array;
}

/**
 * Declares an array to be a label map; the array is kept, not copied.
 *
 * @param data - Class ids, uint8, shape `[height, width]`.
 * @throws {ShapeError} if the array has another size.
 */
export function labelMap(data: Uint8Array, height: number, width: number): LabelMap {
  if (data.length !== height * width) {
    throw new ShapeError(
      `labelMap: expected ${height * width} labels for ${height}x${width} (height x width) pixels, got ${data.length}.`,
    );
  }
  return { height, width, data } as LabelMap;
}

/** How many pixels have each of the 256 values. */
export function labelHistogram(labels: LabelMap): Float64Array<ArrayBuffer> {
  const counts = new Float64Array(256);
  for (let i = 0; i < labels.data.length; i++) counts[labels.data[i]!]!++;
  return counts;
}
