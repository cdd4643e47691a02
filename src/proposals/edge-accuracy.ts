/**
 * Edge accuracy as on the Berkeley benchmark: precision and recall of boundary pixels over thresholds, and the numbers
 * ODS, OIS and AP. Edges are thinned at each threshold, boundaries are taken as they are; pairs are made for each person
 * alone; recall adds up the people's pairs, precision counts an edge pixel once if anybody's boundary matches it.
 *
 * Simplified in two places. Among pairings with the most pairs any is taken, where the benchmark seeks one with the least
 * sum of distances: which pixels are left over may differ. ODS is the best of the thresholds, where the benchmark also
 * interpolates between neighbouring ones.
 *
 * Source: Martin, Fowlkes and Malik, PAMI 2004; Arbeláez et al., PAMI 2011.
 */

import { OptionError, ShapeError } from "../errors.ts";
import { checkEdgeMap, type EdgeMap } from "./edge-map.ts";
import { PixelMatcher } from "./match-pixels.ts";
import { thinLines } from "./thin-lines.ts";

/** One person's boundaries: `[height, width]`, not 0 on a boundary, lines 1 px wide. */
export interface BoundaryMap {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Settings of {@link countEdges}. */
export interface EdgeAccuracyOptions {
  /** Number of thresholds, evenly spaced inside (0, 1). */
  readonly thresholds: number;
  /** Largest distance of a match, relative to the image's diagonal. */
  readonly tolerance: number;
  /** Thin the edges of each threshold to lines of 1 px before they are matched. */
  readonly thin: boolean;
}

/** The benchmark's settings. */
export const EDGE_ACCURACY_DEFAULTS: EdgeAccuracyOptions = Object.freeze({
  thresholds: 99,
  tolerance: 0.0075,
  thin: true,
});

/** An edge map of 16 bits has no more levels. */
const MOST_THRESHOLDS = 65_536;

/** Counts of one photo at every threshold; the truth is counted once a person. */
export interface EdgeCounts {
  readonly thresholds: Float64Array;
  /** Boundary pixels of all people that some edge pixel matches, and in all. */
  readonly truthMatched: Float64Array;
  readonly truth: Float64Array;
  /** Edge pixels that match somebody's boundary, and in all. */
  readonly edgesMatched: Float64Array;
  readonly edges: Float64Array;
}

/**
 * Counts matching pixels of an edge map at every threshold.
 *
 * @param edges - Edge map, [0, 1]; the benchmark expects non-maxima suppressed.
 * @param truths - Boundaries by one or more people, of the same size.
 * @param options - {@link EdgeAccuracyOptions}; defaults {@link EDGE_ACCURACY_DEFAULTS}.
 * @throws {ShapeError} if sizes differ or there is no truth, {OptionError} for options out of range.
 */
export function countEdges(
  edges: EdgeMap,
  truths: readonly BoundaryMap[],
  options: Partial<EdgeAccuracyOptions> = {},
): EdgeCounts {
  const { thresholds: steps, tolerance, thin } = { ...EDGE_ACCURACY_DEFAULTS, ...options };
  check(edges, truths, steps, tolerance);
  const { data, width, height } = edges;
  const counts: EdgeCounts = {
    thresholds: Float64Array.from({ length: steps }, (_, i) => (i + 1) / (steps + 1)),
    truthMatched: new Float64Array(steps),
    truth: new Float64Array(steps),
    edgesMatched: new Float64Array(steps),
    edges: new Float64Array(steps),
  };
  const reach = tolerance * Math.hypot(width, height);
  const lowest = pixelsFrom(data, counts.thresholds[0]!);
  const matchers = truths.map((truth) => new PixelMatcher(lowest, truth.data, width, height, reach));
  const matched = new Uint8Array(data.length);
  const isEdge = new Uint8Array(data.length);
  counts.thresholds.forEach((threshold, step) => {
    isEdge.fill(0);
    const strong = lowest.filter((pixel) => data[pixel]! >= threshold);
    for (const pixel of strong) isEdge[pixel] = 1;
    const pixels = thin ? thinLines(isEdge, width, height) : strong;
    matched.fill(0);
    for (const matcher of matchers) {
      counts.truth[step] = counts.truth[step]! + matcher.boundaryPixels;
      counts.truthMatched[step] = counts.truthMatched[step]! + matcher.match(pixels, isEdge, matched);
    }
    counts.edges[step] = pixels.length;
    counts.edgesMatched[step] = pixels.reduce((sum, pixel) => sum + matched[pixel]!, 0);
  });
  return counts;
}

function pixelsFrom(data: Float32Array, threshold: number): number[] {
  const pixels: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i]! >= threshold) pixels.push(i);
  return pixels;
}

function check(edges: EdgeMap, truths: readonly BoundaryMap[], steps: number, tolerance: number): void {
  checkEdgeMap("countEdges", edges);
  if (!Number.isInteger(steps) || steps < 1 || steps > MOST_THRESHOLDS) {
    throw new OptionError(`countEdges: expected a whole number of 1 to ${MOST_THRESHOLDS} thresholds, got ${steps}.`);
  }
  if (!(tolerance > 0 && tolerance <= 0.1)) {
    throw new OptionError(`countEdges: expected a tolerance over 0 and up to 0.1 of the diagonal, got ${tolerance}.`);
  }
  if (truths.length === 0) throw new ShapeError("countEdges: expected at least 1 boundary map, got 0.");
  for (const { data, width, height } of truths) {
    if (width !== edges.width || height !== edges.height || data.length !== width * height) {
      throw new ShapeError(
        `countEdges: expected boundary maps of ${edges.width} x ${edges.height} as the edge map, ` +
          `got ${width} x ${height} with ${data.length} values.`,
      );
    }
  }
}

/** Precision, recall and their harmonic mean. */
export interface FMeasure {
  readonly precision: number;
  readonly recall: number;
  readonly f: number;
}

/** The numbers of the benchmark over a set of photos. */
export interface EdgeAccuracy {
  /** Best F at one threshold for all photos (optimal data set scale). */
  readonly ods: FMeasure & { readonly threshold: number };
  /** F with the best threshold for each photo (optimal image scale). */
  readonly ois: FMeasure;
  /** Area under the precision over recall curve. */
  readonly ap: number;
  /** The curve, a point a threshold. */
  readonly curve: readonly (FMeasure & { readonly threshold: number })[];
}

/**
 * Sums up the counts of a set of photos.
 *
 * @throws {ShapeError} if there is no photo or the thresholds differ.
 */
export function edgeAccuracy(photos: readonly EdgeCounts[]): EdgeAccuracy {
  const first = photos[0];
  if (first === undefined || photos.some((photo) => photo.thresholds.length !== first.thresholds.length)) {
    const got = photos.map((photo) => photo.thresholds.length).join();
    throw new ShapeError(`edgeAccuracy: expected at least 1 photo, all with the same thresholds, got [${got}].`);
  }
  const curve = Array.from(first.thresholds, (threshold, step) => ({
    threshold,
    ...measure(photos.map((photo) => ({ photo, step }))),
  }));
  const best = (points: readonly FMeasure[]): number =>
    points.reduce((top, point, i) => (point.f > points[top]!.f ? i : top), 0);
  const own = photos.map((photo) => ({
    photo,
    step: best(Array.from(photo.thresholds, (_, step) => measure([{ photo, step }]))),
  }));
  return { ods: curve[best(curve)]!, ois: measure(own), ap: averagePrecision(curve), curve };
}

function measure(points: readonly { readonly photo: EdgeCounts; readonly step: number }[]): FMeasure {
  const sum = (name: "truthMatched" | "truth" | "edgesMatched" | "edges"): number =>
    points.reduce((total, { photo, step }) => total + photo[name][step]!, 0);
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  const recall = share(sum("truthMatched"), sum("truth"));
  const precision = share(sum("edgesMatched"), sum("edges"));
  return { precision, recall, f: share(2 * precision * recall, precision + recall) };
}

/**
 * Area under the curve as the benchmark sums it: steps of 0.01 at recalls 0, 0.01, …, 1 with the interpolated precision, 0
 * beyond the recall that is reached. There are 101 of them, so that the most is 1.01.
 */
function averagePrecision(curve: readonly FMeasure[]): number {
  const points = [...curve].sort((a, b) => a.recall - b.recall);
  let sum = 0;
  for (let step = 0; step <= 100; step++) {
    const recall = step / 100;
    const above = points.findIndex((point) => point.recall >= recall);
    if (above < 0) continue;
    const [high, low] = [points[above]!, points[Math.max(0, above - 1)]!];
    const way = high.recall > low.recall ? (recall - low.recall) / (high.recall - low.recall) : 1;
    // Below the smallest recall of the curve nothing is known: its precision does not count.
    if (above === 0 && high.recall > recall) continue;
    sum += low.precision + way * (high.precision - low.precision);
  }
  return sum / 100;
}
