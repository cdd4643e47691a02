/**
 * Finds the simplex of the permutohedral lattice that encloses a point, and the point's barycentric weights in it.
 *
 * All arithmetic rounds to float32 after every step, as the reference implementations do: which simplex a point on a
 * border belongs to depends on it. After Adams, Baek and Davis, "Fast High-Dimensional Filtering Using the
 * Permutohedral Lattice", Eurographics 2010, sections 3.1 and 3.2.
 */

/** Adding and subtracting it rounds a float32 below 2^22 to an integer, half to even. */
const ROUNDING = 1.5 * 2 ** 23;

/** The simplex around one point; {@link locateSimplex} fills it, and the next call overwrites it. */
export interface Simplex {
  readonly dimension: number;
  /** Per feature: the factor of the diagonal part of the embedding. */
  readonly scale: Float32Array;
  /** `dimension + 1` coordinates on the plane whose coordinates sum to 0. */
  readonly elevated: Float32Array;
  /** The remainder-0 vertex: `dimension + 1` multiples of `dimension + 1`, moved by whole simplices. */
  readonly origin: Float32Array;
  /** Place of each coordinate when the offsets from the origin are sorted from large to small. */
  readonly rank: Int32Array;
  /** Barycentric weight of vertex 0 to `dimension`; one more place is scratch. */
  readonly weights: Float32Array;
}

/** Scratch for points with `dimension` features. */
export function createSimplex(dimension: number): Simplex {
  const size = dimension + 1;
  // The blur has variance 2/3 of a cell along each axis: this factor makes its standard deviation 1 in feature space.
  const inverseStd = Math.fround(Math.sqrt(2 / 3) * size);
  return {
    dimension,
    scale: Float32Array.from({ length: dimension }, (_, i) => (1 / Math.sqrt((i + 2) * (i + 1))) * inverseStd),
    elevated: new Float32Array(size),
    origin: new Float32Array(size),
    rank: new Int32Array(size),
    weights: new Float32Array(size + 1),
  };
}

/**
 * Fills `simplex` for the point whose features start at `features[at]`.
 *
 * @returns False if the point lies further than 2^21 cells from the origin (or is not a number), where float32 no longer
 * tells neighbouring cells apart.
 */
export function locateSimplex(simplex: Simplex, features: Float32Array, at: number): boolean {
  const { dimension, scale, elevated, origin, rank, weights } = simplex;
  const size = dimension + 1;
  const inverseSize = Math.fround(1 / size);

  let sum = 0;
  let furthest = 0;
  for (let j = dimension; j > 0; j--) {
    const scaled = Math.fround(features[at + j - 1]! * scale[j - 1]!);
    elevated[j] = sum - Math.fround(j * scaled);
    sum = Math.fround(sum + scaled);
  }
  elevated[0] = sum;

  let excess = 0;
  for (let i = 0; i < size; i++) {
    const cell = Math.fround(inverseSize * elevated[i]!);
    furthest = Math.max(furthest, Math.abs(cell));
    const rounded = Math.fround(cell + ROUNDING) - ROUNDING;
    origin[i] = rounded * size;
    excess += rounded;
    rank[i] = 0;
  }
  if (!(furthest < 2 ** 21)) return false;

  for (let i = 0; i < dimension; i++) {
    const offset = Math.fround(elevated[i]! - origin[i]!);
    for (let j = i + 1; j < size; j++) {
      if (offset < Math.fround(elevated[j]! - origin[j]!)) rank[i]!++;
      else rank[j]!++;
    }
  }
  // Rounding may leave the plane by `excess` cells: step back along the coordinates that were rounded furthest.
  weights.fill(0);
  for (let i = 0; i < size; i++) {
    const moved = rank[i]! + excess;
    const step = moved < 0 ? size : moved >= size ? -size : 0;
    rank[i] = moved + step;
    origin[i]! += step;
    const share = Math.fround(Math.fround(elevated[i]! - origin[i]!) * inverseSize);
    const place = dimension - rank[i]!;
    weights[place]! += share;
    weights[place + 1]! -= share;
  }
  weights[0]! += Math.fround(1 + weights[size]!);
  return true;
}
