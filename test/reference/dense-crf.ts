/**
 * The dense CRF, slow and obvious: the permutohedral lattice as a map from coordinates to values, one class at a time, in
 * double precision. Only where a point lies is rounded to float32 as the real one does, since it decides between simplices.
 */
import type { Normalization } from "../../src/crf/index.ts";

/** One Gaussian kernel of the CRF. */
export interface ReferenceKernel {
  /** One row of features per point. */
  readonly features: readonly (readonly number[])[];
  readonly weight: number;
}

/** A vertex that a point touches, by its coordinates written as text, and its share of the point. */
interface Corner {
  readonly vertex: string;
  readonly share: number;
}

/** Gaussian-filters one value per point with the lattice. */
export function referenceFilter(features: readonly (readonly number[])[], values: readonly number[]): number[] {
  const dimension = features[0]?.length ?? 0;
  const corners = features.map(cornersOf);
  let lattice = new Map<string, number>();
  corners.forEach((touched, point) => {
    for (const { vertex, share } of touched)
      lattice.set(vertex, (lattice.get(vertex) ?? 0) + share * (values[point] ?? 0));
  });
  for (let axis = 0; axis <= dimension; axis++) {
    const blurred = new Map<string, number>();
    for (const [vertex, value] of lattice) {
      const sides = [-1, 1].map((direction) => lattice.get(neighbourOf(vertex, axis, direction)) ?? 0);
      blurred.set(vertex, value + ((sides[0] ?? 0) + (sides[1] ?? 0)) / 2);
    }
    lattice = blurred;
  }
  const peak = 1 + 2 ** -dimension;
  return corners.map((touched) =>
    touched.reduce((sum, { vertex, share }) => sum + (share * (lattice.get(vertex) ?? 0)) / peak, 0),
  );
}

/** The enclosing simplex: Adams, Baek and Davis 2010, section 3.1. All coordinates of a vertex add up to 0. */
function cornersOf(feature: readonly number[]): Corner[] {
  const dimension = feature.length;
  const size = dimension + 1;
  const elevated = elevate(feature);
  // The nearest vertex of remainder 0 may be off the plane; coordinates that were rounded most step back.
  const origin = elevated.map((e) => size * roundHalfEven(Math.fround(Math.fround(1 / size) * e)));
  const excess = origin.reduce((sum, e) => sum + e, 0) / size;
  const offset = elevated.map((e, i) => Math.fround(e - (origin[i] ?? 0)));
  const rank = offset.map(
    (own, i) => offset.filter((other, j) => other > own || (other === own && j < i)).length + excess,
  );
  rank.forEach((place, i) => {
    const step = place < 0 ? size : place > dimension ? -size : 0;
    rank[i] = place + step;
    origin[i] = (origin[i] ?? 0) + step;
  });
  const descending = rank.map((_, place) => {
    const i = rank.indexOf(place);
    return ((elevated[i] ?? 0) - (origin[i] ?? 0)) / size;
  });
  return Array.from({ length: size }, (_, k) => {
    const vertex = origin.map((e, i) => e + ((rank[i] ?? 0) <= dimension - k ? k : k - size)).join(",");
    const share =
      k === 0
        ? 1 + (descending[dimension] ?? 0) - (descending[0] ?? 0)
        : (descending[dimension - k] ?? 0) - (descending[dimension - k + 1] ?? 0);
    return { vertex, share };
  });
}

/** From feature space onto the plane whose coordinates add up to 0. */
function elevate(feature: readonly number[]): number[] {
  const size = feature.length + 1;
  const inverseStd = Math.fround(Math.sqrt(2 / 3) * size);
  const scaled = feature.map((f, i) => Math.fround(f * Math.fround(inverseStd / Math.sqrt((i + 1) * (i + 2)))));
  const elevated: number[] = [];
  let sum = 0;
  for (let j = feature.length; j > 0; j--) {
    elevated[j] = Math.fround(sum - Math.fround(j * (scaled[j - 1] ?? 0)));
    sum = Math.fround(sum + (scaled[j - 1] ?? 0));
  }
  elevated[0] = sum;
  return elevated;
}

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function neighbourOf(vertex: string, axis: number, direction: number): string {
  const coordinates = vertex.split(",").map(Number);
  return coordinates.map((e, i) => e + direction * (i === axis ? 1 - coordinates.length : 1)).join(",");
}

/**
 * Mean field with the lattice filter.
 *
 * @param unary - One row of energies per class.
 * @param compatibility - Energy of two labels meeting, times a kernel's weight.
 * @returns One row of marginals per class.
 */
export function referenceMeanField(
  unary: readonly (readonly number[])[],
  kernels: readonly ReferenceKernel[],
  compatibility: readonly (readonly number[])[],
  normalization: Normalization,
  iterations: number,
): number[][] {
  const norms = kernels.map(({ features }) =>
    referenceFilter(
      features,
      features.map(() => 1),
    ),
  );
  let marginals = softmaxRows(unary.map((row) => row.map((energy) => -energy)));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const messages = marginals.map((row) => {
      const filtered = kernels.map(({ features, weight }, k) => {
        const before = row.map((q, i) => q * factor(normalization, "before", norms[k]?.[i] ?? 1));
        return referenceFilter(features, before).map(
          (f, i) => weight * f * factor(normalization, "after", norms[k]?.[i] ?? 1),
        );
      });
      return row.map((_, i) => filtered.reduce((sum, f) => sum + (f[i] ?? 0), 0));
    });
    const scores = unary.map((row, label) =>
      row.map(
        (energy, i) =>
          -energy - messages.reduce((sum, m, other) => sum + (compatibility[label]?.[other] ?? 0) * (m[i] ?? 0), 0),
      ),
    );
    marginals = softmaxRows(scores);
  }
  return marginals;
}

function factor(normalization: Normalization, side: "before" | "after", norm: number): number {
  if (normalization === "symmetric") return 1 / Math.sqrt(norm);
  return normalization === side ? 1 / norm : 1;
}

function softmaxRows(scores: readonly (readonly number[])[]): number[][] {
  const pixels = scores[0]?.length ?? 0;
  const largest = Array.from({ length: pixels }, (_, i) => Math.max(...scores.map((row) => row[i] ?? 0)));
  const powers = scores.map((row) => row.map((s, i) => Math.exp(s - (largest[i] ?? 0))));
  const totals = largest.map((_, i) => powers.reduce((sum, row) => sum + (row[i] ?? 0), 0));
  return powers.map((row) => row.map((p, i) => p / (totals[i] ?? 1)));
}
