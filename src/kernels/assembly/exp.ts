// AssemblyScript, compiled to WebAssembly SIMD: the exponential function, 2^n times a polynomial on the rest (Cephes' coefficients).

/** Marginals whose logarithm is below this are stored as 0. */
const SMALLEST_LOG: f32 = -69;
/** Adding it to a small float32 leaves the nearest integer, plus the exponent's bias of 127, in the lowest bits. */
const ROUNDING: f32 = 1.5 * 8388608 + 127;

// Constants are read from memory: engines build a vector constant anew, from several instructions, wherever it is used.
/** log2 e, ROUNDING, ln 2 in two parts (the first has few bits, so that products with it are exact), SMALLEST_LOG. */
const EXP_STEPS = memory.data<f32>([Mathf.LOG2E, ROUNDING, 0.693359375, -2.1219444e-4, SMALLEST_LOG]);
/** Polynomial of e^r on [-ln 2 / 2, ln 2 / 2], highest power first. */
const EXP_POLYNOMIAL = memory.data<f32>([
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1, 1,
]);

/**
 * Replaces x by e^(x - most), x up to most, and returns it: relative error about 1e-7, and 0 where the exponent is below
 * SMALLEST_LOG.
 */
export function expBlock(address: usize, most: v128): v128 {
  const x = f32x4.sub(v128.load(address), most);
  const rounding = v128.load32_splat(EXP_STEPS, 4);
  const rounded = addProduct(rounding, x, v128.load32_splat(EXP_STEPS));
  const n = f32x4.sub(rounded, rounding);
  let r = subtractProduct(x, n, v128.load32_splat(EXP_STEPS, 8));
  r = subtractProduct(r, n, v128.load32_splat(EXP_STEPS, 12));
  let p = v128.load32_splat(EXP_POLYNOMIAL);
  for (let power: usize = 4; power < 32; power += 4) {
    p = addProduct(v128.load32_splat(EXP_POLYNOMIAL + power), p, r);
  }
  p = scaleOrDrop(p, rounded, x, v128.load32_splat(EXP_STEPS, 16));
  v128.store(address, p);
  return p;
}

/** As expBlock for three blocks, which share the constants; returns their sum. */
export function expThreeBlocks(address: usize, most: v128): v128 {
  const x0 = f32x4.sub(v128.load(address), most);
  const x1 = f32x4.sub(v128.load(address, 16), most);
  const x2 = f32x4.sub(v128.load(address, 32), most);
  const rounding = v128.load32_splat(EXP_STEPS, 4);
  let step = v128.load32_splat(EXP_STEPS);
  const rounded0 = addProduct(rounding, x0, step);
  const rounded1 = addProduct(rounding, x1, step);
  const rounded2 = addProduct(rounding, x2, step);
  const n0 = f32x4.sub(rounded0, rounding);
  const n1 = f32x4.sub(rounded1, rounding);
  const n2 = f32x4.sub(rounded2, rounding);
  step = v128.load32_splat(EXP_STEPS, 8);
  let r0 = subtractProduct(x0, n0, step);
  let r1 = subtractProduct(x1, n1, step);
  let r2 = subtractProduct(x2, n2, step);
  step = v128.load32_splat(EXP_STEPS, 12);
  r0 = subtractProduct(r0, n0, step);
  r1 = subtractProduct(r1, n1, step);
  r2 = subtractProduct(r2, n2, step);
  const first = v128.load32_splat(EXP_POLYNOMIAL);
  step = v128.load32_splat(EXP_POLYNOMIAL, 4);
  let p0 = addProduct(step, first, r0);
  let p1 = addProduct(step, first, r1);
  let p2 = addProduct(step, first, r2);
  for (let power: usize = 8; power < 32; power += 4) {
    step = v128.load32_splat(EXP_POLYNOMIAL + power);
    p0 = addProduct(step, p0, r0);
    p1 = addProduct(step, p1, r1);
    p2 = addProduct(step, p2, r2);
  }
  const smallest = v128.load32_splat(EXP_STEPS, 16);
  p0 = scaleOrDrop(p0, rounded0, x0, smallest);
  p1 = scaleOrDrop(p1, rounded1, x1, smallest);
  p2 = scaleOrDrop(p2, rounded2, x2, smallest);
  v128.store(address, p0);
  v128.store(address, p1, 16);
  v128.store(address, p2, 32);
  return f32x4.add(f32x4.add(p0, p1), p2);
}

function addProduct(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), sum);
}

function subtractProduct(from: v128, a: v128, b: v128): v128 {
  return f32x4.sub(from, f32x4.mul(a, b));
}

/** `p` times the power of two whose exponent is in the lowest bits of `rounded`; 0 where x is below `smallest`. */
function scaleOrDrop(p: v128, rounded: v128, x: v128, smallest: v128): v128 {
  return v128.and(f32x4.mul(p, i32x4.shl(rounded, 23)), f32x4.ge(x, smallest));
}
