/**
 * Builds the permutohedral lattice of a set of points: which vertices each point touches, with which weights, and in
 * which order the vertices are neighbours along each axis.
 */
import { type Lattice, type PointFeatures, tooFar } from "../kernels/index.ts";
import { createSimplex, locateSimplex, type Simplex } from "./simplex.ts";
import { VertexTable } from "./vertex-table.ts";

/**
 * Builds the lattice of some points.
 *
 * @throws {OptionError} if a point is not finite, or too far from the origin to be placed.
 */
export function buildLattice({ dimension, points, fill }: PointFeatures): Lattice {
  const features = new Float32Array(points * dimension);
  fill(features, 0, points);
  const size = dimension + 1;
  const corners = new Int32Array(points * size);
  const weights = new Float32Array(points * size);
  const table = new VertexTable(dimension, Math.ceil(points / 4));
  const simplex = createSimplex(dimension);
  const key = new Int32Array(dimension);
  const last = new Int32Array(2 * size);
  for (let point = 0; point < points; point++) {
    if (!locateSimplex(simplex, features, point * dimension))
      throw tooFar(features.subarray(point * dimension), dimension, point);
    const row = point * size;
    for (let k = 0; k < size; k++) weights[row + k] = simplex.weights[k]!;
    // Neighbouring pixels often share a simplex: no look-up then.
    if (point > 0 && sameSimplex(simplex, last)) corners.copyWithin(row, row - size, row);
    else addCorners(simplex, table, key, corners, row);
  }
  return { dimension, points, vertices: table.count, corners, weights, runs: findRuns(table, dimension) };
}

/** Whether the simplex is the one remembered in `last`, which it then replaces. */
function sameSimplex({ dimension, origin, rank }: Simplex, last: Int32Array): boolean {
  const size = dimension + 1;
  let same = true;
  for (let i = 0; i < size; i++) {
    if (last[i] !== origin[i] || last[size + i] !== rank[i]) same = false;
    last[i] = origin[i]!;
    last[size + i] = rank[i]!;
  }
  return same;
}

/** Vertex `k` of a simplex adds `k` to the coordinates of rank up to `dimension - k` and `k - dimension - 1` to the others. */
function addCorners(
  { dimension, origin, rank }: Simplex,
  table: VertexTable,
  key: Int32Array,
  corners: Int32Array,
  row: number,
): void {
  for (let k = 0; k <= dimension; k++) {
    for (let i = 0; i < dimension; i++) key[i] = origin[i]! + (rank[i]! <= dimension - k ? k : k - dimension - 1);
    corners[row + k] = table.findOrAdd(key);
  }
}

/** The next vertex along axis `j` has every coordinate one higher, but coordinate `j` lower by `dimension`. */
function findRuns(table: VertexTable, dimension: number): Int32Array[] {
  const { count, keys } = table;
  const key = new Int32Array(dimension);
  const next = new Int32Array(count);
  const hasPrevious = new Uint8Array(count);
  const order = new Int32Array(count);
  return Array.from({ length: dimension + 1 }, (_, axis) => {
    hasPrevious.fill(0);
    for (let vertex = 0; vertex < count; vertex++) {
      const start = vertex * dimension;
      for (let i = 0; i < dimension; i++) key[i] = keys[start + i]! + (i === axis ? -dimension : 1);
      const neighbour = table.find(key);
      next[vertex] = neighbour;
      if (neighbour >= 0) hasPrevious[neighbour] = 1;
    }
    let length = 0;
    for (let first = 0; first < count; first++) {
      if (hasPrevious[first] === 1 || next[first]! < 0) continue;
      order[length++] = ~first;
      for (let vertex = next[first]!; vertex >= 0; vertex = next[vertex]!) order[length++] = vertex;
    }
    return order.slice(0, length);
  });
}
