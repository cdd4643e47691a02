/** Builds the permutohedral lattice in WebAssembly, in a memory of its own that the result keeps alive. */
import { OptionError } from "../errors.ts";
import type { Lattice } from "./crf-memory.ts";
import { instantiateCrf, MODULE_BYTES } from "./wasm-module.ts";
import { growMemory, reserveMemory } from "./wasm-pages.ts";

/** What `assembly/lattice.ts` exports; arrays are the addresses of their first bytes. */
interface LatticeExports {
  start(dimension: number): void;
  moveTable(slots: number, capacity: number, keys: number): void;
  vertexCount(): number;
  place(features: number, corners: number, weights: number, begin: number, end: number): number;
  findNext(axis: number, next: number, hasPrevious: number): void;
  linkRuns(next: number, hasPrevious: number, runs: number): number;
}

/**
 * Builds the lattice of some points.
 *
 * @param features - Float32, shape `[points, dimension]`, in units of the kernel's standard deviation.
 * @throws {OptionError} if a point is not finite, or too far from the origin to be placed.
 * @throws {BackendError} if the platform lacks the memory.
 */
export async function buildLatticeWasm(features: Float32Array, dimension: number): Promise<Lattice> {
  const points = features.length / dimension;
  const size = dimension + 1;
  const memory = reserveMemory(MODULE_BYTES + 4 * points * (dimension + 2 * size));
  const loops = (await instantiateCrf(memory)) as unknown as LatticeExports;
  let end = MODULE_BYTES;
  const allocate = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / 16) * 16;
    growMemory(memory, end);
    return address;
  };
  const featureAddress = allocate(4 * features.length);
  new Float32Array(memory.buffer, featureAddress, features.length).set(features);
  const corners = allocate(4 * points * size);
  const weights = allocate(4 * points * size);

  loops.start(dimension);
  let capacity = 2 ** Math.ceil(Math.log2(Math.max(points, 64)));
  let placed = 0;
  while (placed < points) {
    loops.moveTable(allocate(4 * capacity), capacity, allocate(2 * capacity * dimension));
    placed = loops.place(featureAddress, corners, weights, placed, points);
    if (placed < 0) throw tooFar(features, -1 - placed, dimension);
    capacity *= 2;
  }

  const vertices = loops.vertexCount();
  const next = allocate(4 * vertices);
  const hasPrevious = allocate(vertices);
  const runs = Array.from({ length: size }, (_, axis) => {
    loops.findNext(axis, next, hasPrevious);
    const address = allocate(4 * vertices);
    const length = loops.linkRuns(next, hasPrevious, address);
    end = address + Math.ceil(length / 4) * 16;
    return { address, length };
  });
  const { buffer } = memory;
  return {
    dimension,
    points,
    vertices,
    corners: new Int32Array(buffer, corners, points * size),
    weights: new Float32Array(buffer, weights, points * size),
    runs: runs.map(({ address, length }) => new Int32Array(buffer, address, length)),
  };
}

/** The error for a point that has no place in the lattice. */
export function tooFar(features: Float32Array, point: number, dimension: number): OptionError {
  const row = Array.from(features.subarray(point * dimension, (point + 1) * dimension)).join(", ");
  return new OptionError(
    `buildLattice: expected finite features within about a million standard deviations of 0, got [${row}] at point ${point}. ` +
      "Use a larger standard deviation.",
  );
}
