// AssemblyScript, compiled to WebAssembly SIMD: the loops of `kernels/crf-memory.ts`; `crf/plain-memory.ts` is their readable
// twin. Addresses are bytes in the imported memory. Rows of values hold `stride` bytes, a multiple of 16.

/** Marginals whose logarithm is below this are stored as 0. */
const SMALLEST_LOG: f32 = -69;

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
    const scale: f32 = norm == 0 ? 1 : load<f32>(norm + (<usize>pixel << 2));
    let corner = corners + (<usize>(pixel * size) << 2);
    let weight = weights + (<usize>(pixel * size) << 2);
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
  const stop = run + (<usize>length << 2);
  while (run < stop) {
    let runEnd = run + 4;
    while (runEnd < stop && load<i32>(runEnd) >= 0) runEnd += 4;
    const first = values + <usize>~load<i32>(run) * stride;
    let b: usize = 0;
    for (; b + 48 <= stride; b += 48) blurThreeBlocks(first + b, run + 4, runEnd, values + b, stride);
    for (; b < stride; b += 16) blurBlock(first + b, run + 4, runEnd, values + b, stride);
    run = runEnd;
  }
}

/** Walks one run; the old values of the previous vertex and of this one stay in registers. */
function blurBlock(first: usize, rest: usize, end: usize, values: usize, stride: usize): void {
  const half = f32x4.splat(0.5);
  let address = first;
  let previous = f32x4.splat(0);
  let own = v128.load(address);
  for (; rest < end; rest += 4) {
    const following = values + <usize>load<u32>(rest) * stride;
    const next = v128.load(following);
    v128.store(address, f32x4.add(own, f32x4.mul(half, f32x4.add(previous, next))));
    previous = own;
    own = next;
    address = following;
  }
  v128.store(address, f32x4.add(own, f32x4.mul(half, previous)));
}

function blurThreeBlocks(first: usize, rest: usize, end: usize, values: usize, stride: usize): void {
  const half = f32x4.splat(0.5);
  let address = first;
  let previous0 = f32x4.splat(0);
  let previous1 = f32x4.splat(0);
  let previous2 = f32x4.splat(0);
  let own0 = v128.load(address);
  let own1 = v128.load(address, 16);
  let own2 = v128.load(address, 32);
  for (; rest < end; rest += 4) {
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
    const corner = corners + (<usize>(pixel * size) << 2);
    const weight = weights + (<usize>(pixel * size) << 2);
    const scale = f32x4.splat(norm == 0 ? factor : factor * load<f32>(norm + (<usize>pixel << 2)));
    const own: usize = base == 0 ? 0 : base + <usize>pixel * stride;
    const row = output + <usize>pixel * stride;
    if (size == 3) slice3(corner, weight, values, alpha, scale, own, row, stride);
    else if (size == 6) slice6(corner, weight, values, alpha, scale, own, row, stride);
    else sliceAny(size, corner, weight, values, alpha, scale, own, row, stride);
  }
}

function slice3(corner: usize, weight: usize, values: usize, alpha: f32, scale: v128, own: usize, row: usize, stride: usize): void {
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

function slice6(corner: usize, weight: usize, values: usize, alpha: f32, scale: v128, own: usize, row: usize, stride: usize): void {
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
    for (let k: usize = 0; k < <usize>size << 2; k += 4) {
      const vertex = values + <usize>load<u32>(corner + k) * stride;
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(load<f32>(weight + k) * alpha), v128.load(vertex + b)));
    }
    finish(sum, scale, own, row, b);
  }
}

function finish(sum: v128, scale: v128, own: usize, row: usize, b: usize): void {
  const scaled = f32x4.mul(scale, sum);
  v128.store(row + b, own == 0 ? scaled : f32x4.add(v128.load(own + b), scaled));
}

/** `output = base - matrix x output` for every pixel; the matrix is `[classes, stride]`; `sums` is one row of scratch. */
export function subtractProduct(
  matrix: usize,
  classes: i32,
  base: usize,
  output: usize,
  sums: usize,
  stride: usize,
  begin: i32,
  end: i32,
): void {
  for (let pixel = begin; pixel < end; pixel++) {
    const row = output + <usize>pixel * stride;
    const own = base + <usize>pixel * stride;
    memory.fill(sums, 0, stride);
    for (let other = 0; other < classes; other++) {
      const amount = f32x4.splat(load<f32>(row + (<usize>other << 2)));
      const line = matrix + <usize>other * stride;
      for (let b: usize = 0; b < stride; b += 16) addTo(sums + b, amount, v128.load(line + b));
    }
    for (let b: usize = 0; b < stride; b += 16) v128.store(row + b, f32x4.sub(v128.load(own + b), v128.load(sums + b)));
  }
}

/** Scores to marginals in place, the first largest to `labels`; returns how many labels changed. */
export function softmax(scores: usize, classes: i32, stride: usize, labels: usize, begin: i32, end: i32): i32 {
  // The last block may hold lanes that are no class: they count as very small scores.
  const tail = stride - 16;
  const used = classes - (<i32>tail >> 2);
  const isClass = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(used));
  const nothing = f32x4.splat(-3.4e38);
  const one = f32x4.splat(1);
  let changed = 0;
  for (let pixel = begin; pixel < end; pixel++) {
    const row = scores + <usize>pixel * stride;
    v128.store(row + tail, v128.bitselect(v128.load(row + tail), nothing, isClass));
    let most = v128.load(row);
    for (let b: usize = 16; b < stride; b += 16) most = f32x4.pmax(most, v128.load(row + b));
    most = f32x4.pmax(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    most = f32x4.pmax(most, i8x16.shuffle(most, most, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));

    let sum = f32x4.splat(0);
    let label = -1;
    for (let b: usize = 0; b < stride; b += 16) {
      const e = exp(f32x4.sub(v128.load(row + b), most));
      v128.store(row + b, e);
      sum = f32x4.add(sum, e);
      if (label < 0) {
        const largest = i32x4.bitmask(f32x4.eq(e, one));
        if (largest != 0) label = (<i32>b >> 2) + ctz(largest);
      }
    }
    const total = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    const divisor = f32x4.splat(total);
    for (let b: usize = 0; b < stride; b += 16) v128.store(row + b, f32x4.div(v128.load(row + b), divisor));
    const address = labels + <usize>pixel;
    if (<i32>load<u8>(address) != label) {
      store<u8>(address, <u8>label);
      changed++;
    }
  }
  return changed;
}

/** e^x for x up to 0: 2^n times a polynomial on the rest, relative error about 1e-7; 0 below SMALLEST_LOG. */
function exp(x: v128): v128 {
  const bounded = f32x4.pmax(x, f32x4.splat(SMALLEST_LOG));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts: the first has few bits, so that its product with n is exact.
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(p, power), f32x4.ge(x, f32x4.splat(SMALLEST_LOG)));
}
