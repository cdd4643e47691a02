/** The orientation of edges from the second derivatives of the edge map. */

import { checkEdgeMap, type EdgeMap, type OrientationMap } from "./edge-map.ts";
import { filterSeparable, smoothTriangle } from "./triangle-filter.ts";

/** Radius of the smoothing before the derivatives, px. */
const SMOOTHING_RADIUS = 4;

/** The 3-tap kernels of Sobel's second derivatives: smooth, first and second difference. */
const SMOOTH = Float32Array.of(1, 2, 1);
const FIRST = Float32Array.of(-1, 0, 1);
const SECOND = Float32Array.of(1, -2, 1);

/**
 * Computes the direction of the normal of each edge.
 *
 * Two conventions exist for the derivatives: this is OpenCV's (3x3 Sobel), not that of the MATLAB toolbox (central
 * differences applied twice). Both take the quotient of the second derivatives for a tangent although it is its
 * square, so that angles between the axes and the diagonals come out up to 0.22 rad nearer to the axes; kept, because
 * parameters and models are made for it.
 *
 * @param edges - Edge map before suppression, float32 `[height, width]`, not negative.
 * @returns Orientation map, radians [0, π]; 0 where the edge map is constant.
 * @throws {ShapeError} for a malformed plane, {FormatError} for values that are not finite or negative.
 * @see Dollár and Zitnick, "Fast Edge Detection Using Structured Forests", PAMI 2015.
 */
export function edgeOrientation(edges: EdgeMap): OrientationMap {
  checkEdgeMap("edgeOrientation", edges);
  const smooth = smoothTriangle(edges, SMOOTHING_RADIUS);
  const xx = filterSeparable(smooth, SECOND, SMOOTH).data;
  const xy = filterSeparable(smooth, FIRST, FIRST).data;
  const yy = filterSeparable(smooth, SMOOTH, SECOND).data;
  const data = new Float32Array(xx.length);
  for (let i = 0; i < data.length; i++) {
    const angle = Math.atan((yy[i]! * -Math.sign(xy[i]!)) / (xx[i]! + 1e-5));
    // Adding 0 turns -0 into 0.
    data[i] = angle < 0 ? angle + Math.PI : angle + 0;
  }
  return { data, width: edges.width, height: edges.height };
}
