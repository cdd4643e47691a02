/** Thins an edge map to the ridges: non-maximum suppression across the edge. */

import { OptionError } from "../errors.ts";
import { checkEdgeMap, checkOrientationMap, type EdgeMap, type OrientationMap } from "./edge-map.ts";

/** Settings of {@link edgeNms}. */
export interface EdgeNmsOptions {
  /** Samples are taken at 1 to `radius` px on both sides; whole, at least 1. */
  readonly radius: number;
  /** Width of the frame in which strengths fade to 0, px, whole; 0 for none. */
  readonly border: number;
  /** A pixel is kept if its strength times this reaches all samples; over 1 keeps more. */
  readonly multiplier: number;
}

/** The setting for edge boxes. */
export const EDGE_NMS_DEFAULTS: EdgeNmsOptions = Object.freeze({ radius: 2, border: 0, multiplier: 1 });

/** The published setting for edge maps that are shown or measured. */
export const EDGE_NMS_FOR_DISPLAY: EdgeNmsOptions = Object.freeze({ radius: 1, border: 5, multiplier: 1.01 });

/**
 * Sets to 0 each pixel that is weaker than a sample along its normal.
 *
 * @param edges - Edge map, float32 `[height, width]`, not negative.
 * @param orientation - Orientation map of the same size, radians [0, π].
 * @param options - {@link EdgeNmsOptions}; defaults {@link EDGE_NMS_DEFAULTS}.
 * @returns A new edge map; strengths that are left are unchanged except in the fading frame.
 * @throws {ShapeError} if the sizes differ, {FormatError} for values out of range, {OptionError} for options.
 * @see Dollár and Zitnick, "Fast Edge Detection Using Structured Forests", PAMI 2015.
 */
export function edgeNms(edges: EdgeMap, orientation: OrientationMap, options: Partial<EdgeNmsOptions> = {}): EdgeMap {
  const { radius, border, multiplier } = { ...EDGE_NMS_DEFAULTS, ...options };
  checkOptions(radius, border, multiplier);
  checkEdgeMap("edgeNms", edges);
  checkOrientationMap("edgeNms", orientation, edges);
  const { data, width, height } = edges;
  const kept = data.slice();
  const scale = Math.fround(multiplier);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      if (data[pixel]! === 0) continue;
      const strength = Math.fround(data[pixel]! * scale);
      const angle = orientation.data[pixel]!;
      const dx = Math.fround(Math.cos(angle));
      const dy = Math.fround(Math.sin(angle));
      for (let d = -radius; d <= radius; d++) {
        if (d === 0) continue;
        const sampleX = Math.fround(x + Math.fround(d * dx));
        const sampleY = Math.fround(y + Math.fround(d * dy));
        if (strength < sampleBilinear(data, width, height, sampleX, sampleY)) {
          kept[pixel] = 0;
          break;
        }
      }
    }
  }
  const thinned = { data: kept, width, height };
  fadeFrame(thinned, border);
  return thinned;
}

function checkOptions(radius: number, border: number, multiplier: number): void {
  if (!Number.isInteger(radius) || radius < 1) {
    throw new OptionError(`edgeNms: expected radius to be a whole number of at least 1 px, got ${radius}.`);
  }
  if (!Number.isInteger(border) || border < 0) {
    throw new OptionError(`edgeNms: expected border to be a whole number of at least 0 px, got ${border}.`);
  }
  if (!(Number.isFinite(multiplier) && multiplier > 0)) {
    throw new OptionError(`edgeNms: expected multiplier to be a number over 0, got ${multiplier}.`);
  }
}

/** Bilinear sample in float32, positions clamped to the image. */
function sampleBilinear(data: Float32Array, width: number, height: number, x: number, y: number): number {
  const { fround } = Math;
  const clampedX = clampPosition(x, width);
  const clampedY = clampPosition(y, height);
  const x0 = Math.trunc(clampedX);
  const y0 = Math.trunc(clampedY);
  const right = fround(clampedX - x0);
  const lower = fround(clampedY - y0);
  const left = fround(1 - right);
  const upper = fround(1 - lower);
  const at = y0 * width + x0;
  // A side of 1 px has no further neighbour.
  const nextX = width > 1 ? 1 : 0;
  const nextY = height > 1 ? width : 0;
  let sum = fround(fround(data[at]! * left) * upper);
  sum = fround(sum + fround(fround(data[at + nextX]! * right) * upper));
  sum = fround(sum + fround(fround(data[at + nextY]! * left) * lower));
  return fround(sum + fround(fround(data[at + nextX + nextY]! * right) * lower));
}

function clampPosition(position: number, size: number): number {
  // A little less than size - 1, so that the pixel after it exists.
  const last = Math.fround(size - 1.001);
  return Math.max(0, Math.min(position, last));
}

function fadeFrame({ data, width, height }: EdgeMap, border: number): void {
  if (border === 0) return;
  for (let y = 0; y < height; y++) {
    const fadeY = Math.min(1, Math.min(y, height - 1 - y) / border);
    for (let x = 0; x < width; x++) {
      const fadeX = Math.min(1, Math.min(x, width - 1 - x) / border);
      data[y * width + x] = data[y * width + x]! * fadeX * fadeY;
    }
  }
}
