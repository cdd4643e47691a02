/** The two inputs of edge boxes, as flat arrays with their size, and the check that both are usable. */

import { FormatError, ShapeError } from "../errors.ts";

/** One float32 value a pixel: `data[y * width + x]`. */
export interface FloatPlane {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Edge strength a pixel, float32 `[height, width]`, about [0, 1]; at most 1e20, not negative. */
export type EdgeMap = FloatPlane;

/** Direction of the edge's normal, float32 `[height, width]`, radians [0, π); 0 points left, π/2 up. */
export type OrientationMap = FloatPlane;

/** The float32 next above π: an angle just below π may round up to `Math.fround(Math.PI)`. */
const ANGLE_LIMIT = Math.fround(Math.PI);

/** @internal Throws unless width and height are whole, positive, and `data` holds one value a pixel. */
export function checkPlane(caller: string, name: string, plane: FloatPlane): void {
  const { data, width, height } = plane;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new ShapeError(
      `${caller}: expected ${name} to have a whole width and height of at least 1 px, got ${width} x ${height}.`,
    );
  }
  if (data.length !== width * height) {
    throw new ShapeError(
      `${caller}: expected ${name} of ${width} x ${height} to hold ${width * height} values, got ${data.length}. ` +
        "Pass one float32 a pixel, row by row.",
    );
  }
}

/** What sums over any plane can be held of in float32. */
const STRENGTH_LIMIT = Math.fround(1e20);

/** @internal Throws unless `plane` is a well-formed plane of values that are not negative and can be summed up. */
export function checkEdgeMap(caller: string, edges: EdgeMap): void {
  checkPlane(caller, "the edge map", edges);
  checkRange(caller, "edge strengths of 0 to 1e20", edges, STRENGTH_LIMIT);
}

/** @internal Throws unless `orientation` is a well-formed plane of angles in [0, π] of the size of `edges`. */
export function checkOrientationMap(caller: string, orientation: OrientationMap, edges: EdgeMap): void {
  checkPlane(caller, "the orientation map", orientation);
  if (orientation.width !== edges.width || orientation.height !== edges.height) {
    throw new ShapeError(
      `${caller}: expected an orientation map of ${edges.width} x ${edges.height} as the edge map, ` +
        `got ${orientation.width} x ${orientation.height}.`,
    );
  }
  checkRange(caller, "orientations in [0, π] radians", orientation, ANGLE_LIMIT);
}

function checkRange(caller: string, rule: string, plane: FloatPlane, limit: number): void {
  const { data, width } = plane;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    // Written so that NaN fails.
    if (!(value >= 0 && value <= limit)) {
      throw new FormatError(`${caller}: expected ${rule}, got ${value} at x ${i % width}, y ${Math.floor(i / width)}.`);
    }
  }
}
