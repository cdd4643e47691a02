/**
 * Edge accuracy as on the Berkeley benchmark: precision and recall of boundary pixels over thresholds, and the numbers
 * ODS, OIS and AP.
 *
 * Simplified in two places: pixels are matched one to one greedily, nearest first, where the benchmark solves an
 * assignment (the greedy count is at most the optimal one, so the numbers are a little low); and the edge map is taken as
 * it is, thinned by `edgeNms`, where the benchmark thins the thresholded map once more.
 *
 * Source: Martin, Fowlkes and Malik, PAMI 2004; Arbeláez et al., PAMI 2011.
 */

import { OptionError, ShapeError } from "../errors.ts";
import { checkEdgeMap, type EdgeMap } from "./edge-map.ts";

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
}

/** The benchmark's settings. */
export const EDGE_ACCURACY_DEFAULTS: EdgeAccuracyOptions = Object.freeze({ thresholds: 99, tolerance: 0.0075 });

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
 * @param edges - Edge map, thinned, [0, 1].
 * @param truths - Boundaries by one or more people, of the same size.
 * @param options - {@link EdgeAccuracyOptions}; defaults {@link EDGE_ACCURACY_DEFAULTS}.
 * @throws {ShapeError} if sizes differ or there is no truth, {OptionError} for options out of range.
 */
export function countEdges(
  edges: EdgeMap,
  truths: readonly BoundaryMap[],
  options: Partial<EdgeAccuracyOptions> = {},
): EdgeCounts {
  const { thresholds: steps, tolerance } = { ...EDGE_ACCURACY_DEFAULTS, ...options };
  check(edges, truths, steps, tolerance);
  const { data, width, height } = edges;
  const counts: EdgeCounts = {
    thresholds: Float64Array.from({ length: steps }, (_, i) => (i + 1) / (steps + 1)),
    truthMatched: new Float64Array(steps),
    truth: new Float64Array(steps),
    edgesMatched: new Float64Array(steps),
    edges: new Float64Array(steps),
  };
  const offsets = offsetsByDistance(tolerance * Math.hypot(width, height));
  const everMatched = new Uint8Array(data.length);
  counts.thresholds.forEach((threshold, step) => {
    const pixels: number[] = [];
    for (let i = 0; i < data.length; i++) if (data[i]! >= threshold) pixels.push(i);
    everMatched.fill(0);
    for (const truth of truths) {
      counts.truth[step] = counts.truth[step]! + truth.data.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
      counts.truthMatched[step] = counts.truthMatched[step]! + matchGreedily(pixels, truth, offsets, everMatched);
    }
    counts.edges[step] = pixels.length;
    counts.edgesMatched[step] = pixels.reduce((sum, pixel) => sum + everMatched[pixel]!, 0);
  });
  return counts;
}

function check(edges: EdgeMap, truths: readonly BoundaryMap[], steps: number, tolerance: number): void {
  checkEdgeMap("countEdges", edges);
  if (!Number.isInteger(steps) || steps < 1) {
    throw new OptionError(`countEdges: expected a whole number of at least 1 thresholds, got ${steps}.`);
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

interface Offset {
  readonly dx: number;
  readonly dy: number;
}

function offsetsByDistance(reach: number): Offset[] {
  const radius = Math.floor(reach);
  const offsets: Offset[] = [];
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) if (Math.hypot(dx, dy) <= reach) offsets.push({ dx, dy });
  }
  return offsets.sort((a, b) => Math.hypot(a.dx, a.dy) - Math.hypot(b.dx, b.dy));
}

/** Pairs free pixels at distance 0, then the next larger, and so on; marks the edge pixels and returns the pairs. */
function matchGreedily(
  pixels: readonly number[],
  { data, width, height }: BoundaryMap,
  offsets: readonly Offset[],
  everMatched: Uint8Array,
): number {
  const free = data.slice();
  let left = pixels;
  let pairs = 0;
  for (const { dx, dy } of offsets) {
    left = left.filter((pixel) => {
      const x = (pixel % width) + dx;
      const y = Math.floor(pixel / width) + dy;
      if (x < 0 || y < 0 || x >= width || y >= height || free[y * width + x] === 0) return true;
      free[y * width + x] = 0;
      everMatched[pixel] = 1;
      pairs++;
      return false;
    });
  }
  return pairs;
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

/** Mean of the precision, interpolated at recalls 0, 0.01, …, 1; 0 beyond the recall that is reached. */
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
  return sum / 101;
}
