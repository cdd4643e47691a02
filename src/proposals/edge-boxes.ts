/**
 * Edge boxes: object proposals from an edge map and its orientations.
 *
 * Source: Zitnick and Dollár, "Edge Boxes: Locating Object Proposals from Edges", ECCV 2014.
 */

import { suppressBoxes } from "./box-nms.ts";
import { boxSearchOn } from "./box-scorer.ts";
import { searchBoxes } from "./box-search.ts";
import { type EdgeBoxesOptions, resolveEdgeBoxesOptions } from "./edge-boxes-options.ts";
import { groupEdges } from "./edge-groups.ts";
import { checkEdgeMap, checkOrientationMap, type EdgeMap, type OrientationMap } from "./edge-map.ts";
import { groupAffinities } from "./group-affinity.ts";

/** A box in pixels, x right, y down, 0-based, covering `[x, x + width)`, and its score. */
export interface Proposal {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly score: number;
}

/**
 * Proposes the boxes that hold many edges which do not reach out of them.
 *
 * The result is that of OpenCV's `EdgeBoxes` in float32, except that `x` and `y` count from 0: OpenCV, after the
 * original MATLAB code, returns both plus 1. Boxes of exactly equal score come in the order of the search. With `beta`
 * over 0.99 nothing is suppressed, but `maxBoxes` holds.
 *
 * @param edgeMap - Edge strengths, thinned by `edgeNms`, float32 `[height, width]`, not negative.
 * @param orientationMap - Orientations of the same size, float32, radians [0, π].
 * @param options - {@link EdgeBoxesOptions}; defaults {@link EDGE_BOXES_DEFAULTS}.
 * @returns Proposals, best first; none for an empty or constant edge map.
 * @throws {ShapeError} if the sizes do not fit, {FormatError} for values out of range, {OptionError} for options,
 *   {BackendError} if the search would take minutes: too large a photo for `alpha` and `minBoxArea`.
 * @see Zitnick and Dollár, ECCV 2014, section 3.
 * @example
 * ```ts
 * const boxes = edgeBoxes(edgeNms(edges, orientation), orientation, { maxBoxes: 2000 });
 * ```
 */
export function edgeBoxes(
  edgeMap: EdgeMap,
  orientationMap: OrientationMap,
  options: Partial<EdgeBoxesOptions> = {},
): Proposal[] {
  const resolved = resolveEdgeBoxesOptions(options);
  checkEdgeMap("edgeBoxes", edgeMap);
  checkOrientationMap("edgeBoxes", orientationMap, edgeMap);
  const groups = groupEdges(edgeMap, orientationMap, resolved);
  const affinities = groupAffinities(groups, edgeMap.width, edgeMap.height, Math.fround(resolved.gamma));
  const search = boxSearchOn(edgeMap, groups, affinities, resolved);
  const boxes = searchBoxes(search, edgeMap.width, edgeMap.height, resolved);
  return Array.from(suppressBoxes(boxes, resolved), (i) => {
    const [x0, y0, x1, y1] = boxes.corners.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0, score: boxes.scores[i]! };
  });
}
