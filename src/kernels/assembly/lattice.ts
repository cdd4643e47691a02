// AssemblyScript: builds the permutohedral lattice; `crf/simplex.ts`, `crf/vertex-table.ts` and `crf/lattice.ts` are the
// readable twin, and the two give the same bits. Addresses are bytes in the imported memory; there is one table per instance.

/** Adding and subtracting it rounds a float32 below 2^22 to an integer, half to even. */
const ROUNDING: f32 = 1.5 * 8388608;
/** Cells from the origin from which on float32 no longer tells neighbours apart. */
const FURTHEST: f32 = 2097152;

// One point's work, 7 places each at most. Not constants: another thread that instantiates the module would write them anew.
let scratch: usize = 0;
/** Bytes from `start`'s scratch on. */
const SCALE: usize = 0;
const ELEVATED: usize = 32;
const ORIGIN: usize = 64;
const RANK: usize = 96;
const SHARES: usize = 128;
const KEY: usize = 176;
const BY_RANK: usize = 208;
/** What each coordinate counts in the hash: odd, far apart; 0 for the one after the last, which is implied by the others. */
const FACTORS: usize = 240;
const LAST_ORIGIN: usize = 272;
const LAST_RANK: usize = 304;

let dimension: i32 = 0;
let factorsSum: i32 = 0;
let slots: usize = 0;
let capacity: i32 = 0;
let keys: usize = 0;
let count: i32 = 0;

/** Starts a lattice of points with `features` features; `place` keeps 336 bytes at `at`. */
export function start(features: i32, at: usize): void {
  scratch = at;
  dimension = features;
  count = 0;
  const inverseStd = <f32>(Math.sqrt(2.0 / 3.0) * <f64>(features + 1));
  for (let i = 0; i < features; i++) {
    store<f32>(at + ((<usize>i) << 2), <f32>((1 / Math.sqrt(<f64>((i + 2) * (i + 1)))) * <f64>inverseStd), SCALE);
  }
  memory.fill(at + LAST_RANK, 255, 32);
  let factor = <i32>0x9e3779b1;
  factorsSum = 0;
  for (let i = 0; i < features; i++) {
    store<i32>(at + ((<usize>i) << 2), factor, FACTORS);
    factorsSum += factor;
    factor *= <i32>0x9e3779b1;
  }
  store<i32>(at + ((<usize>features) << 2), 0, FACTORS);
}

/** Takes a table that another thread has filled, after `start`; `findNext` may then be called, `place` not. */
export function useTable(newSlots: usize, newCapacity: i32, newKeys: usize, newCount: i32): void {
  slots = newSlots;
  capacity = newCapacity;
  keys = newKeys;
  count = newCount;
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
    let slot = mix(hashOf(scratch, newKeys + <usize>number * keyBytes)) & mask;
    while (load<i32>(newSlots + ((<usize>slot) << 2)) >= 0) slot = (slot + 1) & mask;
    store<i32>(newSlots + ((<usize>slot) << 2), number);
  }
}

/** Vertices so far. */
export function vertexCount(): i32 {
  return count;
}

/**
 * Places the next points, whose rows follow those of the points before. Returns how many: all, fewer when the table needs to be
 * moved to a larger place, or `-1 - point` for a point that cannot be placed.
 */
export function place(features: usize, corners: usize, weights: usize, points: i32): i32 {
  const size = dimension + 1;
  const rowBytes = (<usize>size) << 2;
  const at = scratch;
  for (let point = 0; point < points; point++) {
    // A point adds at most `size` vertices.
    if (2 * (count + size) >= capacity) return point;
    if (!locate(at, features + ((<usize>(point * dimension)) << 2))) return -1 - point;
    const row = <usize>point * rowBytes;
    copyWords(weights + row, at + SHARES, rowBytes);
    if (sameSimplex(at)) copyWords(corners + row, corners + row - rowBytes, rowBytes);
    else addCorners(at, corners + row);
  }
  return points;
}

/** For a few words: memory.copy is a call out of the module. */
function copyWords(target: usize, source: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 4) store<i32>(target + i, load<i32>(source + i));
}

/** Fills ORIGIN, RANK and SHARES for one point; false if it is too far out or not a number. */
function locate(at: usize, feature: usize): bool {
  const size = dimension + 1;
  const inverseSize: f32 = 1 / <f32>size;
  let sum: f32 = 0;
  for (let j = dimension; j > 0; j--) {
    const place = (<usize>j) << 2;
    const scaled = load<f32>(feature + place - 4) * load<f32>(at + place - 4, SCALE);
    store<f32>(at + place, sum - <f32>j * scaled, ELEVATED);
    sum += scaled;
  }
  store<f32>(at, sum, ELEVATED);

  let excess = 0;
  let near = true;
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const cell = inverseSize * load<f32>(at + i, ELEVATED);
    near = near && abs<f32>(cell) < FURTHEST;
    const rounded = cell + ROUNDING - ROUNDING;
    store<f32>(at + i, rounded * <f32>size, ORIGIN);
    excess += <i32>rounded;
    store<i32>(at + i, 0, RANK);
  }
  if (!near) return false;
  rankOffsets(at);

  for (let i: usize = 0; i <= (<usize>size) << 2; i += 4) store<f32>(at + i, 0, SHARES);
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const moved = load<i32>(at + i, RANK) + excess;
    const step = moved < 0 ? size : moved >= size ? -size : 0;
    store<i32>(at + i, moved + step, RANK);
    const origin = load<f32>(at + i, ORIGIN) + <f32>step;
    store<f32>(at + i, origin, ORIGIN);
    const share = (load<f32>(at + i, ELEVATED) - origin) * inverseSize;
    const place = at + SHARES + ((<usize>(dimension - (moved + step))) << 2);
    store<f32>(place, load<f32>(place) + share);
    store<f32>(place, load<f32>(place, 4) - share, 4);
  }
  store<f32>(at, load<f32>(at, SHARES) + (1 + load<f32>(at + ((<usize>size) << 2), SHARES)), SHARES);
  return true;
}

function rankOffsets(at: usize): void {
  const end = (<usize>(dimension + 1)) << 2;
  for (let i: usize = 0; i < end - 4; i += 4) {
    const offset = load<f32>(at + i, ELEVATED) - load<f32>(at + i, ORIGIN);
    let rank = load<i32>(at + i, RANK);
    for (let j = i + 4; j < end; j += 4) {
      const smaller = <i32>(offset < load<f32>(at + j, ELEVATED) - load<f32>(at + j, ORIGIN));
      rank += smaller;
      store<i32>(at + j, load<i32>(at + j, RANK) + 1 - smaller, RANK);
    }
    store<i32>(at + i, rank, RANK);
  }
}

/** Whether the simplex is that of the point before, and remembers it. */
function sameSimplex(at: usize): bool {
  let different = 0;
  for (let i: usize = 0; i < (<usize>(dimension + 1)) << 2; i += 4) {
    different |= load<i32>(at + i, ORIGIN) ^ load<i32>(at + i, LAST_ORIGIN);
    different |= load<i32>(at + i, RANK) ^ load<i32>(at + i, LAST_RANK);
    store<i32>(at + i, load<i32>(at + i, ORIGIN), LAST_ORIGIN);
    store<i32>(at + i, load<i32>(at + i, RANK), LAST_RANK);
  }
  return different === 0;
}

function addCorners(at: usize, row: usize): void {
  const end = (<usize>dimension) << 2;
  for (let i: usize = 0; i < end; i += 4) store<i32>(at + i, <i32>load<f32>(at + i, ORIGIN), KEY);
  // The coordinate of rank r, to be lowered on the way from corner dimension - r to the next one.
  for (let i: usize = 0; i <= end; i += 4) {
    store<usize>(at + ((<usize>load<i32>(at + i, RANK)) << 2), i, BY_RANK);
  }
  let h = hashOf(at, at + KEY);
  for (let k: usize = 0; k <= end; k += 4) {
    store<i32>(row + k, findOrAdd(at + KEY, h));
    const axis = load<usize>(at + end - k, BY_RANK);
    for (let i: usize = 0; i < end; i += 4) {
      store<i32>(at + i, load<i32>(at + i, KEY) + (i === axis ? -dimension : 1), KEY);
    }
    h += stepHash(at, axis);
  }
}

/** What a step along an axis (4 times its number) adds to the hash, which is linear; it is mixed where a slot is chosen. */
function stepHash(at: usize, axis: usize): i32 {
  return factorsSum - (dimension + 1) * load<i32>(at + axis, FACTORS);
}

/** The number of the vertex at a key, a new one if need be. */
function findOrAdd(key: usize, h: i32): i32 {
  const mask = capacity - 1;
  let slot = slots + ((<usize>(mix(h) & mask)) << 2);
  let number = load<i32>(slot);
  while (number >= 0 && !equals(keys + ((<usize>(number * dimension)) << 2), key)) {
    slot = slots + ((((slot - slots) >> 2) + 1) & <usize>mask) * 4;
    number = load<i32>(slot);
  }
  if (number >= 0) return number;
  store<i32>(slot, count);
  copyWords(keys + ((<usize>(count * dimension)) << 2), key, (<usize>dimension) << 2);
  return count++;
}

function equals(key: usize, other: usize): bool {
  let from: usize = 0;
  if (dimension >= 4) {
    if (v128.any_true(v128.xor(v128.load(key), v128.load(other)))) return false;
    from = 16;
  }
  let different = 0;
  for (let i = from; i < (<usize>dimension) << 2; i += 4) different |= load<i32>(key + i) ^ load<i32>(other + i);
  return different === 0;
}

function hashOf(at: usize, key: usize): i32 {
  let h: i32 = 0;
  for (let i: usize = 0; i < (<usize>dimension) << 2; i += 4) h += load<i32>(key + i) * load<i32>(at + i, FACTORS);
  return h;
}

/** Brings the well mixed high bits down to where the mask looks. */
function mix(h: i32): i32 {
  return h ^ (h >>> 15);
}

/** Writes each vertex's next one along an axis (-1 for none), and 1 to `hasPrevious` where a vertex is somebody's next. */
export function findNext(axis: i32, next: usize, hasPrevious: usize): void {
  const at = scratch;
  const keyBytes = (<usize>dimension) << 2;
  const step = stepHash(at, (<usize>axis) << 2);
  const mask = capacity - 1;
  // What is in the slot where each search begins: a pass of its own, so that many of these reads, scattered over memory, are under
  // way at a time.
  for (let vertex = 0; vertex < count; vertex++) {
    const slot = mix(hashOf(at, keys + <usize>vertex * keyBytes) + step) & mask;
    store<i32>(next + ((<usize>vertex) << 2), load<i32>(slots + ((<usize>slot) << 2)));
  }
  memory.fill(hasPrevious, 0, count);
  for (let vertex = 0; vertex < count; vertex++) {
    const found = next + ((<usize>vertex) << 2);
    const key = keys + <usize>vertex * keyBytes;
    let neighbour = load<i32>(found);
    if (neighbour < 0) continue;
    if (!isNext(key, axis, keys + <usize>neighbour * keyBytes)) {
      let slot = mix(hashOf(at, key) + step) & mask;
      do {
        slot = (slot + 1) & mask;
        neighbour = load<i32>(slots + ((<usize>slot) << 2));
      } while (neighbour >= 0 && !isNext(key, axis, keys + <usize>neighbour * keyBytes));
      store<i32>(found, neighbour);
      if (neighbour < 0) continue;
    }
    store<u8>(hasPrevious + <usize>neighbour, 1);
  }
}

/** Whether a key is the next one along an axis. */
function isNext(key: usize, axis: i32, other: usize): bool {
  let from = 0;
  if (dimension >= 4) {
    const lowered = i32x4.eq(i32x4(0, 1, 2, 3), i32x4.splat(axis));
    const step = v128.bitselect(i32x4.splat(-dimension), i32x4.splat(1), lowered);
    if (v128.any_true(v128.xor(i32x4.add(v128.load(key), step), v128.load(other)))) return false;
    from = 4;
  }
  let different = 0;
  for (let i = from; i < dimension; i++) {
    const at = (<usize>i) << 2;
    different |= (load<i32>(key + at) + (i === axis ? -dimension : 1)) ^ load<i32>(other + at);
  }
  return different === 0;
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
