// AssemblyScript: builds the permutohedral lattice; `crf/simplex.ts`, `crf/vertex-table.ts` and `crf/lattice.ts` are the
// readable twin, and the two give the same bits. Addresses are bytes in the imported memory; there is one table per instance.

/** Adding and subtracting it rounds a float32 below 2^22 to an integer, half to even. */
const ROUNDING: f32 = 1.5 * 8388608;
/** Cells from the origin from which on float32 no longer tells neighbours apart. */
const FURTHEST: f32 = 2097152;

// One point's work, 7 places each at most.
const SCALE = memory.data(32, 16);
const ELEVATED = memory.data(32, 16);
const ORIGIN = memory.data(32, 16);
const RANK = memory.data(32, 16);
const SHARES = memory.data(36, 16);
const KEY = memory.data(32, 16);
const LAST_ORIGIN = memory.data(32, 16);
const LAST_RANK = memory.data(32, 16);

let dimension: i32 = 0;
let slots: usize = 0;
let capacity: i32 = 0;
let keys: usize = 0;
let count: i32 = 0;

/** Starts a lattice of points with `size - 1` features. */
export function start(features: i32): void {
  dimension = features;
  count = 0;
  const inverseStd = <f32>(Math.sqrt(2.0 / 3.0) * <f64>(features + 1));
  for (let i = 0; i < features; i++) {
    store<f32>(SCALE + ((<usize>i) << 2), <f32>((1 / Math.sqrt(<f64>((i + 2) * (i + 1)))) * <f64>inverseStd));
  }
  memory.fill(LAST_RANK, 255, 32);
}

/** Moves the table to a larger place: `newCapacity` slots (a power of two) and half as many keys. */
export function moveTable(newSlots: usize, newCapacity: i32, newKeys: usize): void {
  memory.fill(newSlots, 255, (<usize>newCapacity) << 2);
  const keyBytes = (<usize>dimension) << 2;
  if (count > 0) memory.copy(newKeys, keys, <usize>count * keyBytes);
  slots = newSlots;
  capacity = newCapacity;
  keys = newKeys;
  const mask = newCapacity - 1;
  for (let number = 0; number < count; number++) {
    let slot = hash(newKeys + <usize>number * keyBytes) & mask;
    while (load<i32>(newSlots + ((<usize>slot) << 2)) >= 0) slot = (slot + 1) & mask;
    store<i32>(newSlots + ((<usize>slot) << 2), number);
  }
}

/** Vertices so far. */
export function vertexCount(): i32 {
  return count;
}

/**
 * Places the points from `begin` on. Returns where it stopped: at `end`, earlier when the table needs to be moved to a larger
 * place, or at `-1 - point` for a point that cannot be placed.
 */
export function place(features: usize, corners: usize, weights: usize, begin: i32, end: i32): i32 {
  const size = dimension + 1;
  const rowBytes = (<usize>size) << 2;
  for (let point = begin; point < end; point++) {
    // A point adds at most `size` vertices.
    if (2 * (count + size) >= capacity) return point;
    if (!locate(features + ((<usize>(point * dimension)) << 2))) return -1 - point;
    const row = <usize>point * rowBytes;
    memory.copy(weights + row, SHARES, rowBytes);
    if (sameSimplex()) memory.copy(corners + row, corners + row - rowBytes, rowBytes);
    else addCorners(corners + row);
  }
  return end;
}

/** Fills ORIGIN, RANK and SHARES for one point; false if it is too far out or not a number. */
function locate(feature: usize): bool {
  const size = dimension + 1;
  const inverseSize: f32 = 1 / <f32>size;
  let sum: f32 = 0;
  for (let j = dimension; j > 0; j--) {
    const at = (<usize>j) << 2;
    const scaled = load<f32>(feature + at - 4) * load<f32>(SCALE + at - 4);
    store<f32>(ELEVATED + at, sum - <f32>j * scaled);
    sum += scaled;
  }
  store<f32>(ELEVATED, sum);

  let excess = 0;
  let near = true;
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const cell = inverseSize * load<f32>(ELEVATED + i);
    near = near && abs<f32>(cell) < FURTHEST;
    const rounded = cell + ROUNDING - ROUNDING;
    store<f32>(ORIGIN + i, rounded * <f32>size);
    excess += <i32>rounded;
    store<i32>(RANK + i, 0);
  }
  if (!near) return false;
  rankOffsets();

  memory.fill(SHARES, 0, 36);
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const moved = load<i32>(RANK + i) + excess;
    const step = moved < 0 ? size : moved >= size ? -size : 0;
    store<i32>(RANK + i, moved + step);
    const origin = load<f32>(ORIGIN + i) + <f32>step;
    store<f32>(ORIGIN + i, origin);
    const share = (load<f32>(ELEVATED + i) - origin) * inverseSize;
    const at = SHARES + ((<usize>(dimension - (moved + step))) << 2);
    store<f32>(at, load<f32>(at) + share);
    store<f32>(at, load<f32>(at, 4) - share, 4);
  }
  store<f32>(SHARES, load<f32>(SHARES) + (1 + load<f32>(SHARES + ((<usize>size) << 2))));
  return true;
}

function rankOffsets(): void {
  const end = (<usize>(dimension + 1)) << 2;
  for (let i: usize = 0; i < end - 4; i += 4) {
    const offset = load<f32>(ELEVATED + i) - load<f32>(ORIGIN + i);
    let rank = load<i32>(RANK + i);
    for (let j = i + 4; j < end; j += 4) {
      const smaller = <i32>(offset < load<f32>(ELEVATED + j) - load<f32>(ORIGIN + j));
      rank += smaller;
      store<i32>(RANK + j, load<i32>(RANK + j) + 1 - smaller);
    }
    store<i32>(RANK + i, rank);
  }
}

/** Whether the simplex is that of the point before, and remembers it. */
function sameSimplex(): bool {
  let different = 0;
  for (let i: usize = 0; i < (<usize>(dimension + 1)) << 2; i += 4) {
    different |= load<i32>(ORIGIN + i) ^ load<i32>(LAST_ORIGIN + i);
    different |= load<i32>(RANK + i) ^ load<i32>(LAST_RANK + i);
    store<i32>(LAST_ORIGIN + i, load<i32>(ORIGIN + i));
    store<i32>(LAST_RANK + i, load<i32>(RANK + i));
  }
  return different === 0;
}

function addCorners(row: usize): void {
  for (let k = 0; k <= dimension; k++) {
    for (let i: usize = 0; i < (<usize>dimension) << 2; i += 4) {
      const step = load<i32>(RANK + i) <= dimension - k ? k : k - dimension - 1;
      store<i32>(KEY + i, <i32>load<f32>(ORIGIN + i) + step);
    }
    store<i32>(row + ((<usize>k) << 2), findOrAdd());
  }
}

/** The number of the vertex at KEY, a new one if need be. */
function findOrAdd(): i32 {
  const slot = slotOf();
  const found = load<i32>(slot);
  if (found >= 0) return found;
  store<i32>(slot, count);
  memory.copy(keys + ((<usize>(count * dimension)) << 2), KEY, (<usize>dimension) << 2);
  return count++;
}

/** The address of the slot that holds KEY, or of the empty one where it belongs. */
function slotOf(): usize {
  const mask = capacity - 1;
  let slot = hash(KEY) & mask;
  let number = load<i32>(slots + ((<usize>slot) << 2));
  while (number >= 0 && !equalsKey(keys + ((<usize>(number * dimension)) << 2))) {
    slot = (slot + 1) & mask;
    number = load<i32>(slots + ((<usize>slot) << 2));
  }
  return slots + ((<usize>slot) << 2);
}

function equalsKey(key: usize): bool {
  let different = 0;
  for (let i: usize = 0; i < (<usize>dimension) << 2; i += 4) different |= load<i32>(key + i) ^ load<i32>(KEY + i);
  return different === 0;
}

function hash(key: usize): i32 {
  let h: i32 = 0;
  for (let i: usize = 0; i < (<usize>dimension) << 2; i += 4) h = (h + load<i32>(key + i)) * <i32>0x9e3779b1;
  return h ^ (h >>> 15);
}

/** Writes each vertex's next one along an axis (-1 for none), and 1 to `hasPrevious` where a vertex is somebody's next. */
export function findNext(axis: i32, next: usize, hasPrevious: usize): void {
  memory.fill(hasPrevious, 0, count);
  for (let vertex = 0; vertex < count; vertex++) {
    const key = keys + ((<usize>(vertex * dimension)) << 2);
    for (let i = 0; i < dimension; i++) {
      store<i32>(KEY + ((<usize>i) << 2), load<i32>(key + ((<usize>i) << 2)) + (i === axis ? -dimension : 1));
    }
    const neighbour = load<i32>(slotOf());
    store<i32>(next + ((<usize>vertex) << 2), neighbour);
    if (neighbour >= 0) store<u8>(hasPrevious + <usize>neighbour, 1);
  }
}

/** Lists the runs of two or more vertices, each with its first as a complement; returns the length of the list. */
export function linkRuns(next: usize, hasPrevious: usize, runs: usize): i32 {
  let at = runs;
  for (let first = 0; first < count; first++) {
    if (load<u8>(hasPrevious + <usize>first) !== 0) continue;
    let vertex = load<i32>(next + ((<usize>first) << 2));
    if (vertex < 0) continue;
    store<i32>(at, ~first);
    at += 4;
    for (; vertex >= 0; vertex = load<i32>(next + ((<usize>vertex) << 2))) {
      store<i32>(at, vertex);
      at += 4;
    }
  }
  return <i32>((at - runs) >> 2);
}
