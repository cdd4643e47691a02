/** Builds the permutohedral lattice in WebAssembly's memory, at the place where it stays; what it needs meanwhile lies behind. */
import { OptionError } from "../errors.ts";
import type { Lattice, LatticeSize, PointFeatures } from "./crf-memory.ts";
import { type Arena, take } from "./wasm-pages.ts";

/** What `assembly/lattice.ts` exports; arrays are the addresses of their first bytes. */
interface LatticeExports {
  start(dimension: number, scratch: number): void;
  useTable(slots: number, capacity: number, keys: number, count: number): void;
  moveTable(slots: number, capacity: number, keys: number): void;
  vertexCount(): number;
  place(features: number, corners: number, weights: number, points: number): number;
  findNext(axis: number, next: number, hasPrevious: number): void;
  linkRuns(next: number, hasPrevious: number, runs: number): number;
}

/** Where the vertices of a lattice and their numbers are. */
interface Table {
  readonly slots: number;
  /** Slots: a power of two. */
  readonly capacity: number;
  readonly keys: number;
  readonly count: number;
}

/** Axes of a lattice whose runs one thread is to find; plain data. */
export interface AxesTask {
  readonly dimension: number;
  readonly table: Table;
  /** Scratch: 4 bytes for each vertex. */
  readonly next: number;
  /** Scratch: 1 byte for each vertex. */
  readonly hasPrevious: number;
  /** Each axis, and where its run goes: 4 bytes for each vertex at most. */
  readonly axes: readonly { readonly axis: number; readonly run: number }[];
}

/** A lattice by the addresses of its arrays. */
export interface PlacedLattice {
  readonly size: LatticeSize;
  readonly corners: number;
  readonly weights: number;
  readonly runs: readonly number[];
}

/** Has every task of a lattice done, `own` by the caller's thread; resolves to the lengths of the runs, task by task. */
export type LinkAxes = (others: readonly AxesTask[], own: () => number[]) => Promise<readonly (readonly number[])[]>;

/** Points whose features are made and placed at a time: few, so that the loops soon run as the engine's best code. */
const CHUNK = 2048;

/**
 * Builds a lattice.
 *
 * @param scratch - Address of 1,024 bytes of this thread's own.
 * @param threads - How many find runs, each with a task.
 */
export async function buildLattice(
  instance: WebAssembly.Exports,
  arena: Arena,
  scratch: number,
  features: PointFeatures,
  threads: number,
  link: LinkAxes,
): Promise<PlacedLattice> {
  const loops = instance as unknown as LatticeExports;
  const { dimension, points } = features;
  const rowBytes = 4 * (dimension + 1);
  const corners = take(arena, points * rowBytes);
  const weights = take(arena, points * rowBytes);
  const kept = arena.end;
  loops.start(dimension, scratch);
  const table = placePoints(loops, arena, features, corners, weights);
  const [own, ...others] = dealAxes(arena, dimension, table, threads);
  const lengths = await link(others, () => runsOf(loops, own));
  const found = [own, ...others]
    .flatMap(({ axes }, i) => axes.map(({ axis, run }, k) => ({ axis, run, length: lengths[i]?.[k] ?? 0 })))
    .sort((a, b) => a.axis - b.axis);
  arena.end = kept;
  // The runs, over the table that is not needed any more: each moves towards the front, the first one first.
  const bytes = new Uint8Array(arena.memory.buffer);
  const runs = found.map(({ run, length }) => {
    const address = take(arena, 4 * length);
    bytes.copyWithin(address, run, run + 4 * length);
    return address;
  });
  const size = { dimension, points, vertices: table.count, runLengths: found.map(({ length }) => length) };
  return { size, corners, weights, runs };
}

/** Finds the runs of some axes, in a thread that did not place the points. Gives their lengths. */
export function linkAxes(instance: WebAssembly.Exports, task: AxesTask, scratch: number): number[] {
  const loops = instance as unknown as LatticeExports;
  const { slots, capacity, keys, count } = task.table;
  loops.start(task.dimension, scratch);
  loops.useTable(slots, capacity, keys, count);
  return runsOf(loops, task);
}

function runsOf(loops: LatticeExports, { axes, next, hasPrevious }: AxesTask): number[] {
  return axes.map(({ axis, run }) => {
    loops.findNext(axis, next, hasPrevious);
    return loops.linkRuns(next, hasPrevious, run);
  });
}

/** Fills corners and weights, chunk by chunk, in a table that moves to a larger place when it gets full. */
function placePoints(
  loops: LatticeExports,
  arena: Arena,
  { dimension, points, fill }: PointFeatures,
  corners: number,
  weights: number,
): Table {
  const rowBytes = 4 * (dimension + 1);
  const features = take(arena, 4 * dimension * CHUNK);
  let capacity = 2 ** Math.ceil(Math.log2(Math.max(points, 64)));
  let table = moveTable(loops, arena, dimension, capacity);
  for (let begin = 0; begin < points; begin += CHUNK) {
    const count = Math.min(CHUNK, points - begin);
    const rows = (): Float32Array => new Float32Array(arena.memory.buffer, features, count * dimension);
    fill(rows(), begin, begin + count);
    for (let placed = 0; ; ) {
      const at = (begin + placed) * rowBytes;
      const more = loops.place(features + 4 * dimension * placed, corners + at, weights + at, count - placed);
      if (more < 0) {
        const bad = placed - 1 - more;
        throw tooFar(rows().subarray(bad * dimension), dimension, begin + bad);
      }
      placed += more;
      if (placed === count) break;
      capacity *= 2;
      table = moveTable(loops, arena, dimension, capacity);
    }
  }
  return { ...table, count: loops.vertexCount() };
}

function moveTable(loops: LatticeExports, arena: Arena, dimension: number, capacity: number): Omit<Table, "count"> {
  const slots = take(arena, 4 * capacity);
  const keys = take(arena, 2 * capacity * dimension);
  loops.moveTable(slots, capacity, keys);
  return { slots, capacity, keys };
}

/** The axes in as many tasks as there are threads, each with scratch of its own. */
function dealAxes(arena: Arena, dimension: number, table: Table, threads: number): [AxesTask, ...AxesTask[]] {
  const all = Array.from({ length: dimension + 1 }, (_, axis) => ({ axis, run: take(arena, 4 * table.count) }));
  const taskOf = (thread: number): AxesTask => {
    const axes = all.filter(({ axis }) => axis % threads === thread);
    return { dimension, table, next: take(arena, 4 * table.count), hasPrevious: take(arena, table.count), axes };
  };
  return [taskOf(0), ...Array.from({ length: threads - 1 }, (_, other) => taskOf(1 + other))];
}

/** A lattice as arrays over the memory. */
export function viewsOf({ size, corners, weights, runs }: PlacedLattice, buffer: ArrayBufferLike): Lattice {
  const { dimension, points, vertices, runLengths } = size;
  const count = points * (dimension + 1);
  return {
    dimension,
    points,
    vertices,
    corners: new Int32Array(buffer, corners, count),
    weights: new Float32Array(buffer, weights, count),
    runs: runs.map((address, axis) => new Int32Array(buffer, address, runLengths[axis])),
  };
}

/** The error for a point that has no place in the lattice; its features come first in `rows`. */
export function tooFar(rows: Float32Array, dimension: number, point: number): OptionError {
  return new OptionError(
    `buildLattice: expected finite features within about a million standard deviations of 0, got [${Array.from(rows.subarray(0, dimension)).join(", ")}] at point ${point}. ` +
      "Use a larger standard deviation.",
  );
}
