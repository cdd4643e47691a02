/**
 * AssemblyScript, compiled to WebAssembly SIMD: correlates the rows of a strip with one kernel and its columns with another.
 * Sums are float64, the result of each direction float32.
 */

/**
 * The weights are padded with zeros to a multiple of 3: three taps are added at once. All rows of the strip are `width`
 * float32 long, from one to the next `stride` bytes, a multiple of 16.
 *
 * @param source - `rows + tapsY - 1` rows (at least), the lines above and below already mirrored; overwritten.
 * @param line - Room for a row of float64 with the taps on both sides.
 * @param out - `rows` rows.
 */
export function filterStrip(
  source: usize,
  width: i32,
  stride: usize,
  rows: i32,
  weightsX: usize,
  tapsX: i32,
  radiusX: i32,
  weightsY: usize,
  tapsY: i32,
  radiusY: i32,
  line: usize,
  out: usize,
): void {
  for (let y = 0; y < rows + 2 * radiusY; y++) {
    const row = source + <usize>y * stride;
    padRow(row, width, radiusX, line);
    correlateRow(row, width, weightsX, tapsX, line);
  }
  for (let y = 0; y < rows; y++) {
    correlateColumns(source + <usize>y * stride, stride, weightsY, tapsY, out + <usize>y * stride);
  }
}

/** Copies a row to float64, mirrored on both sides without repeating the outermost pixel. */
function padRow(row: usize, width: i32, radius: i32, line: usize): void {
  const begin = line + ((<usize>radius) << 3);
  for (let x = 0; x < width; x += 2) {
    v128.store(begin + ((<usize>x) << 3), f64x2.promote_low_f32x4(v128.load64_zero(row + ((<usize>x) << 2))));
  }
  for (let i = 1; i <= radius; i++) {
    store<f64>(begin - ((<usize>i) << 3), load<f32>(row + ((<usize>mirror(-i, width)) << 2)));
    const after = width - 1 + i;
    store<f64>(begin + ((<usize>after) << 3), load<f32>(row + ((<usize>mirror(after, width)) << 2)));
  }
}

function mirror(index: i32, size: i32): i32 {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  let wrapped = index % period;
  if (wrapped < 0) wrapped += period;
  return wrapped < size ? wrapped : period - wrapped;
}

function correlateRow(row: usize, width: i32, weights: usize, taps: i32, line: usize): void {
  const end = weights + ((<usize>taps) << 3);
  for (let x = 0; x < width; x += 2) {
    let sum = f64x2.splat(0);
    let at = line + ((<usize>x) << 3);
    for (let weight = weights; weight < end; weight += 24, at += 24) {
      sum = f64x2.add(sum, threeTaps(weight, v128.load(at), v128.load(at, 8), v128.load(at, 16)));
    }
    v128.store64_lane(row + ((<usize>x) << 2), f32x4.demote_f64x2_zero(sum), 0);
  }
}

function correlateColumns(top: usize, stride: usize, weights: usize, taps: i32, out: usize): void {
  const end = weights + ((<usize>taps) << 3);
  for (let x: usize = 0; x < stride; x += 8) {
    let sum = f64x2.splat(0);
    let at = top + x;
    for (let weight = weights; weight < end; weight += 24) {
      const first = f64x2.promote_low_f32x4(v128.load64_zero(at));
      const second = f64x2.promote_low_f32x4(v128.load64_zero(at + stride));
      const third = f64x2.promote_low_f32x4(v128.load64_zero(at + 2 * stride));
      sum = f64x2.add(sum, threeTaps(weight, first, second, third));
      at += 3 * stride;
    }
    v128.store64_lane(out + x, f32x4.demote_f64x2_zero(sum), 0);
  }
}

function threeTaps(weight: usize, first: v128, second: v128, third: v128): v128 {
  const sum = f64x2.add(f64x2.mul(v128.load64_splat(weight), first), f64x2.mul(v128.load64_splat(weight, 8), second));
  return f64x2.add(sum, f64x2.mul(v128.load64_splat(weight, 16), third));
}
