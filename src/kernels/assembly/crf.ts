// AssemblyScript, compiled to WebAssembly SIMD: the loops of `kernels/crf-memory.ts`; `crf/plain-memory.ts` is their readable
// twin. Addresses are bytes in the imported memory. Rows of values hold `stride` bytes, a multiple of 16.

/** Marginals whose logarithm is below this are stored as 0. */
const SMALLEST_LOG: f32 = -69;
/** Adding it to a small float32 leaves the nearest integer, plus the exponent's bias of 127, in the lowest bits. */
const ROUNDING: f32 = 1.5 * 8388608 + 127;

// Constants are read from memory: engines build a vector constant anew, from several instructions, wherever it is used.
const HALF = memory.data<f32>([0.5]);
const ONE = memory.data<f32>([1]);
/** The score of a lane that is no class. */
const NOTHING = memory.data<f32>([-3.4e38]);
/** log2 e, ROUNDING, ln 2 in two parts (the first has few bits, so that products with it are exact), SMALLEST_LOG. */
const EXP_STEPS = memory.data<f32>([Mathf.LOG2E, ROUNDING, 0.693359375, -2.1219444e-4, SMALLEST_LOG]);
/** Polynomial of e^r (Cephes' coefficients) on [-ln 2 / 2, ln 2 / 2], highest power first. */
const EXP_POLYNOMIAL = memory.data<f32>([
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1, 1,
]);

/** `values[corner] += weight * (norm * input[pixel])`; `norm` 0 stands for ones. */
export function splat(
  size: i32,
  corners: usize,
  weights: usize,
  input: usize,
  norm: usize,
  values: usize,
  stride: usize,
  begin: i32,
  end: i32,
): void {
  for (let pixel = begin; pixel < end; pixel++) {
    const row = input + <usize>pixel * stride;
    const scale: f32 = norm === 0 ? 1 : load<f32>(norm + ((<usize>pixel) << 2));
    let corner = corners + ((<usize>(pixel * size)) << 2);
    let weight = weights + ((<usize>(pixel * size)) << 2);
    let k = size;
    // Three corners at a time share one read of the input; kernels on position and on position and colour have 3 and 6.
    for (; k >= 3; k -= 3) {
      splat3(row, stride, corner, weight, scale, values);
      corner += 12;
      weight += 12;
    }
    for (; k > 0; k--) {
      const vertex = values + <usize>load<u32>(corner) * stride;
      const w = f32x4.splat(load<f32>(weight) * scale);
      for (let b: usize = 0; b < stride; b += 16) addTo(vertex + b, w, v128.load(row + b));
      corner += 4;
      weight += 4;
    }
  }
}

function splat3(row: usize, stride: usize, corner: usize, weight: usize, scale: f32, values: usize): void {
  const vertex0 = values + <usize>load<u32>(corner) * stride;
  const vertex1 = values + <usize>load<u32>(corner, 4) * stride;
  const vertex2 = values + <usize>load<u32>(corner, 8) * stride;
  const weight0 = f32x4.splat(load<f32>(weight) * scale);
  const weight1 = f32x4.splat(load<f32>(weight, 4) * scale);
  const weight2 = f32x4.splat(load<f32>(weight, 8) * scale);
  for (let b: usize = 0; b < stride; b += 16) {
    const q = v128.load(row + b);
    addTo(vertex0 + b, weight0, q);
    addTo(vertex1 + b, weight1, q);
    addTo(vertex2 + b, weight2, q);
  }
}

function addTo(address: usize, weight: v128, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), f32x4.mul(weight, value)));
}

/** `value += (previous + next) / 2` along the runs of one axis; the first vertex of a run is stored as its complement. */
export function blur(run: usize, length: i32, values: usize, stride: usize): void {
  let at = run;
  const stop = run + ((<usize>length) << 2);
  while (at < stop) {
    let runEnd = at + 4;
    while (runEnd < stop && load<i32>(runEnd) >= 0) runEnd += 4;
    const first = values + <usize>~load<i32>(at) * stride;
    let b: usize = 0;
    for (; b + 48 <= stride; b += 48) blurThreeBlocks(first + b, at + 4, runEnd, values + b, stride);
    for (; b < stride; b += 16) blurBlock(first + b, at + 4, runEnd, values + b, stride);
    at = runEnd;
  }
}

/** Walks one run; the old values of the previous vertex and of this one stay in registers. */
function blurBlock(first: usize, second: usize, end: usize, values: usize, stride: usize): void {
  const half = v128.load32_splat(HALF);
  let address = first;
  let previous = f32x4.splat(0);
  let own = v128.load(address);
  for (let rest = second; rest < end; rest += 4) {
    const following = values + <usize>load<u32>(rest) * stride;
    const next = v128.load(following);
    v128.store(address, f32x4.add(own, f32x4.mul(half, f32x4.add(previous, next))));
    previous = own;
    own = next;
    address = following;
  }
  v128.store(address, f32x4.add(own, f32x4.mul(half, previous)));
}

function blurThreeBlocks(first: usize, second: usize, end: usize, values: usize, stride: usize): void {
  const half = v128.load32_splat(HALF);
  let address = first;
  let previous0 = f32x4.splat(0);
  let previous1 = f32x4.splat(0);
  let previous2 = f32x4.splat(0);
  let own0 = v128.load(address);
  let own1 = v128.load(address, 16);
  let own2 = v128.load(address, 32);
  for (let rest = second; rest < end; rest += 4) {
    const following = values + <usize>load<u32>(rest) * stride;
    const next0 = v128.load(following);
    const next1 = v128.load(following, 16);
    const next2 = v128.load(following, 32);
    v128.store(address, f32x4.add(own0, f32x4.mul(half, f32x4.add(previous0, next0))));
    v128.store(address, f32x4.add(own1, f32x4.mul(half, f32x4.add(previous1, next1))), 16);
    v128.store(address, f32x4.add(own2, f32x4.mul(half, f32x4.add(previous2, next2))), 32);
    previous0 = own0;
    previous1 = own1;
    previous2 = own2;
    own0 = next0;
    own1 = next1;
    own2 = next2;
    address = following;
  }
  v128.store(address, f32x4.add(own0, f32x4.mul(half, previous0)));
  v128.store(address, f32x4.add(own1, f32x4.mul(half, previous1)), 16);
  v128.store(address, f32x4.add(own2, f32x4.mul(half, previous2)), 32);
}

/** `output = base + factor * norm * sum(alpha * weight * values[corner])`; `norm` 0 stands for ones, `base` 0 for zeros. */
export function slice(
  size: i32,
  corners: usize,
  weights: usize,
  values: usize,
  alpha: f32,
  norm: usize,
  factor: f32,
  base: usize,
  output: usize,
  stride: usize,
  begin: i32,
  end: i32,
): void {
  for (let pixel = begin; pixel < end; pixel++) {
    const corner = corners + ((<usize>(pixel * size)) << 2);
    const weight = weights + ((<usize>(pixel * size)) << 2);
    const scale = f32x4.splat(norm === 0 ? factor : factor * load<f32>(norm + ((<usize>pixel) << 2)));
    const own: usize = base === 0 ? 0 : base + <usize>pixel * stride;
    const row = output + <usize>pixel * stride;
    if (size === 3) slice3(corner, weight, values, alpha, scale, own, row, stride);
    else if (size === 6) slice6(corner, weight, values, alpha, scale, own, row, stride);
    else sliceAny(size, corner, weight, values, alpha, scale, own, row, stride);
  }
}

function slice3(
  corner: usize,
  weight: usize,
  values: usize,
  alpha: f32,
  scale: v128,
  own: usize,
  row: usize,
  stride: usize,
): void {
  const vertex0 = values + <usize>load<u32>(corner) * stride;
  const vertex1 = values + <usize>load<u32>(corner, 4) * stride;
  const vertex2 = values + <usize>load<u32>(corner, 8) * stride;
  const weight0 = f32x4.splat(load<f32>(weight) * alpha);
  const weight1 = f32x4.splat(load<f32>(weight, 4) * alpha);
  const weight2 = f32x4.splat(load<f32>(weight, 8) * alpha);
  for (let b: usize = 0; b < stride; b += 16) {
    let sum = f32x4.mul(weight0, v128.load(vertex0 + b));
    sum = f32x4.add(sum, f32x4.mul(weight1, v128.load(vertex1 + b)));
    sum = f32x4.add(sum, f32x4.mul(weight2, v128.load(vertex2 + b)));
    finish(sum, scale, own, row, b);
  }
}

function slice6(
  corner: usize,
  weight: usize,
  values: usize,
  alpha: f32,
  scale: v128,
  own: usize,
  row: usize,
  stride: usize,
): void {
  const vertex0 = values + <usize>load<u32>(corner) * stride;
  const vertex1 = values + <usize>load<u32>(corner, 4) * stride;
  const vertex2 = values + <usize>load<u32>(corner, 8) * stride;
  const vertex3 = values + <usize>load<u32>(corner, 12) * stride;
  const vertex4 = values + <usize>load<u32>(corner, 16) * stride;
  const vertex5 = values + <usize>load<u32>(corner, 20) * stride;
  const weight0 = f32x4.splat(load<f32>(weight) * alpha);
  const weight1 = f32x4.splat(load<f32>(weight, 4) * alpha);
  const weight2 = f32x4.splat(load<f32>(weight, 8) * alpha);
  const weight3 = f32x4.splat(load<f32>(weight, 12) * alpha);
  const weight4 = f32x4.splat(load<f32>(weight, 16) * alpha);
  const weight5 = f32x4.splat(load<f32>(weight, 20) * alpha);
  for (let b: usize = 0; b < stride; b += 16) {
    let sum = f32x4.mul(weight0, v128.load(vertex0 + b));
    sum = f32x4.add(sum, f32x4.mul(weight1, v128.load(vertex1 + b)));
    sum = f32x4.add(sum, f32x4.mul(weight2, v128.load(vertex2 + b)));
    sum = f32x4.add(sum, f32x4.mul(weight3, v128.load(vertex3 + b)));
    sum = f32x4.add(sum, f32x4.mul(weight4, v128.load(vertex4 + b)));
    sum = f32x4.add(sum, f32x4.mul(weight5, v128.load(vertex5 + b)));
    finish(sum, scale, own, row, b);
  }
}

function sliceAny(
  size: i32,
  corner: usize,
  weight: usize,
  values: usize,
  alpha: f32,
  scale: v128,
  own: usize,
  row: usize,
  stride: usize,
): void {
  for (let b: usize = 0; b < stride; b += 16) {
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < (<usize>size) << 2; k += 4) {
      const vertex = values + <usize>load<u32>(corner + k) * stride;
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(load<f32>(weight + k) * alpha), v128.load(vertex + b)));
    }
    finish(sum, scale, own, row, b);
  }
}

function finish(sum: v128, scale: v128, own: usize, row: usize, b: usize): void {
  const scaled = f32x4.mul(scale, sum);
  v128.store(row + b, own === 0 ? scaled : f32x4.add(v128.load(own + b), scaled));
}

/**
 * `output = base - matrix x output` for every pixel; the matrix is `[classes, classes]`; `messages` is scratch for one pixel.
 * Rows of a pixel's groups are `stride` bytes, `plane` bytes apart.
 */
export function subtractProduct(
  matrix: usize,
  classes: i32,
  base: usize,
  output: usize,
  messages: usize,
  stride: usize,
  plane: usize,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>classes) << 2;
  for (let pixel = begin; pixel < end; pixel++) {
    const row = <usize>pixel * stride;
    for (let c: usize = 0; c < bytes; c += 4)
      store<f32>(messages + c, load<f32>(output + row + place(c, stride, plane)));
    for (let c: usize = 0; c < bytes; c += 4) {
      const line = matrix + <usize>classes * c;
      let sum: f32 = 0;
      for (let other: usize = 0; other < bytes; other += 4)
        sum += load<f32>(line + other) * load<f32>(messages + other);
      const at = row + place(c, stride, plane);
      store<f32>(output + at, load<f32>(base + at) - sum);
    }
  }
}

/** Where a class is, from the pixel's row in group 0; `c` is 4 times the class. */
function place(c: usize, stride: usize, plane: usize): usize {
  return (c / stride) * plane + (c % stride);
}

/** Scores to marginals in place, the first largest to `labels`; returns how many labels changed. */
export function softmax(
  scores: usize,
  classes: i32,
  groups: i32,
  stride: usize,
  plane: usize,
  labels: usize,
  begin: i32,
  end: i32,
): i32 {
  // The last block with a class in it may hold lanes that are none, and further blocks may follow: they count as very small.
  const lastGroup = <usize>(groups - 1) * plane;
  const lanes = <i32>(stride >> 2);
  const inLast = classes - (groups - 1) * lanes;
  let changed = 0;
  for (let pixel = begin; pixel < end; pixel++) {
    const row = scores + <usize>pixel * stride;
    hideEmptyLanes(row + lastGroup, inLast, stride);
    const most = largestOf(row, groups, stride, plane);
    let sum = f32x4.splat(0);
    let label = -1;
    for (let group = 0, at = row; group < groups; group++, at += plane) {
      if (stride === 48) sum = f32x4.add(sum, expThreeBlocks(at, most));
      else for (let b: usize = 0; b < stride; b += 16) sum = f32x4.add(sum, expBlock(at + b, most));
      const equal = onesOf(at, stride);
      label = label < 0 && equal !== 0 ? group * lanes + ctz(equal) : label;
    }
    const total =
      f32x4.extract_lane(sum, 0) +
      f32x4.extract_lane(sum, 1) +
      (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    const scale = f32x4.splat(1 / total);
    for (let group = 0, at = row; group < groups; group++, at += plane) {
      for (let b: usize = 0; b < stride; b += 16) v128.store(at + b, f32x4.mul(v128.load(at + b), scale));
    }
    const address = labels + <usize>pixel;
    if (<i32>load<u8>(address) !== label) {
      store<u8>(address, <u8>label);
      changed++;
    }
  }
  return changed;
}

/** Overwrites the lanes of a row from number `used` on; by whole blocks, since a block is read back at once. */
function hideEmptyLanes(row: usize, used: i32, stride: usize): void {
  for (let b = ((<usize>used) << 2) & ~15; b < stride; b += 16) {
    const isClass = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(used - (<i32>b >> 2)));
    v128.store(row + b, v128.bitselect(v128.load(row + b), v128.load32_splat(NOTHING), isClass));
  }
}

/** Which lanes of a row are 1, as bits. */
function onesOf(row: usize, stride: usize): i32 {
  const one = v128.load32_splat(ONE);
  if (stride === 48) {
    const first = i16x8.narrow_i32x4_s(f32x4.eq(v128.load(row), one), f32x4.eq(v128.load(row, 16), one));
    const second = f32x4.eq(v128.load(row, 32), one);
    return i16x8.bitmask(first) | (i32x4.bitmask(second) << 8);
  }
  let bits = 0;
  for (let b: usize = 0; b < stride; b += 16)
    bits |= i32x4.bitmask(f32x4.eq(v128.load(row + b), one)) << (<i32>(b >> 2));
  return bits;
}

/** The largest score of a pixel, in all four lanes. */
function largestOf(row: usize, groups: i32, stride: usize, plane: usize): v128 {
  let most = v128.load(row);
  for (let group = 0, at = row; group < groups; group++, at += plane) {
    for (let b: usize = 0; b < stride; b += 16) most = f32x4.pmax(most, v128.load(at + b));
  }
  most = f32x4.pmax(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.pmax(most, i8x16.shuffle(most, most, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
}

/**
 * Replaces x by e^(x - most), x up to most, and returns it: 2^n times a polynomial on the rest, relative error about 1e-7, and 0
 * where the exponent is below SMALLEST_LOG.
 */
function expBlock(address: usize, most: v128): v128 {
  const x = f32x4.sub(v128.load(address), most);
  const rounding = v128.load32_splat(EXP_STEPS, 4);
  const rounded = f32x4.add(f32x4.mul(x, v128.load32_splat(EXP_STEPS)), rounding);
  const n = f32x4.sub(rounded, rounding);
  let r = f32x4.sub(x, f32x4.mul(n, v128.load32_splat(EXP_STEPS, 8)));
  r = f32x4.sub(r, f32x4.mul(n, v128.load32_splat(EXP_STEPS, 12)));
  let p = v128.load32_splat(EXP_POLYNOMIAL);
  for (let power: usize = 4; power < 32; power += 4) {
    p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP_POLYNOMIAL + power));
  }
  p = v128.and(f32x4.mul(p, i32x4.shl(rounded, 23)), f32x4.ge(x, v128.load32_splat(EXP_STEPS, 16)));
  v128.store(address, p);
  return p;
}

/** As expBlock for three blocks, which share the constants; returns their sum. */
function expThreeBlocks(address: usize, most: v128): v128 {
  const x0 = f32x4.sub(v128.load(address), most);
  const x1 = f32x4.sub(v128.load(address, 16), most);
  const x2 = f32x4.sub(v128.load(address, 32), most);
  const rounding = v128.load32_splat(EXP_STEPS, 4);
  let step = v128.load32_splat(EXP_STEPS);
  const rounded0 = f32x4.add(f32x4.mul(x0, step), rounding);
  const rounded1 = f32x4.add(f32x4.mul(x1, step), rounding);
  const rounded2 = f32x4.add(f32x4.mul(x2, step), rounding);
  const n0 = f32x4.sub(rounded0, rounding);
  const n1 = f32x4.sub(rounded1, rounding);
  const n2 = f32x4.sub(rounded2, rounding);
  step = v128.load32_splat(EXP_STEPS, 8);
  let r0 = f32x4.sub(x0, f32x4.mul(n0, step));
  let r1 = f32x4.sub(x1, f32x4.mul(n1, step));
  let r2 = f32x4.sub(x2, f32x4.mul(n2, step));
  step = v128.load32_splat(EXP_STEPS, 12);
  r0 = f32x4.sub(r0, f32x4.mul(n0, step));
  r1 = f32x4.sub(r1, f32x4.mul(n1, step));
  r2 = f32x4.sub(r2, f32x4.mul(n2, step));
  const first = v128.load32_splat(EXP_POLYNOMIAL);
  step = v128.load32_splat(EXP_POLYNOMIAL, 4);
  let p0 = f32x4.add(f32x4.mul(first, r0), step);
  let p1 = f32x4.add(f32x4.mul(first, r1), step);
  let p2 = f32x4.add(f32x4.mul(first, r2), step);
  for (let power: usize = 8; power < 32; power += 4) {
    step = v128.load32_splat(EXP_POLYNOMIAL + power);
    p0 = f32x4.add(f32x4.mul(p0, r0), step);
    p1 = f32x4.add(f32x4.mul(p1, r1), step);
    p2 = f32x4.add(f32x4.mul(p2, r2), step);
  }
  const smallest = v128.load32_splat(EXP_STEPS, 16);
  p0 = v128.and(f32x4.mul(p0, i32x4.shl(rounded0, 23)), f32x4.ge(x0, smallest));
  p1 = v128.and(f32x4.mul(p1, i32x4.shl(rounded1, 23)), f32x4.ge(x1, smallest));
  p2 = v128.and(f32x4.mul(p2, i32x4.shl(rounded2, 23)), f32x4.ge(x2, smallest));
  v128.store(address, p0);
  v128.store(address, p1, 16);
  v128.store(address, p2, 32);
  return f32x4.add(f32x4.add(p0, p1), p2);
}
