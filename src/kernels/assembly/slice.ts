// AssemblyScript, compiled to WebAssembly SIMD: from lattice vertices back to pixels. Words of address and `stride` as in splat.ts.
import { vertexOf } from "./vertex";

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

/** One pixel of a kernel on position: addresses and weights of its corners stay in registers. */
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
  const vertex0 = vertexOf(values, corner, stride);
  const vertex1 = vertexOf(values, corner + 4, stride);
  const vertex2 = vertexOf(values, corner + 8, stride);
  const weight0 = weightOf(weight, alpha);
  const weight1 = weightOf(weight + 4, alpha);
  const weight2 = weightOf(weight + 8, alpha);
  for (let b: usize = 0; b < stride; b += 16) {
    let sum = f32x4.mul(weight0, v128.load(vertex0 + b));
    sum = addProduct(sum, weight1, vertex1 + b);
    sum = addProduct(sum, weight2, vertex2 + b);
    finish(sum, scale, own, row, b);
  }
}

/** One pixel of a kernel on position and colour. */
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
  const vertex0 = vertexOf(values, corner, stride);
  const vertex1 = vertexOf(values, corner + 4, stride);
  const vertex2 = vertexOf(values, corner + 8, stride);
  const vertex3 = vertexOf(values, corner + 12, stride);
  const vertex4 = vertexOf(values, corner + 16, stride);
  const vertex5 = vertexOf(values, corner + 20, stride);
  const weight0 = weightOf(weight, alpha);
  const weight1 = weightOf(weight + 4, alpha);
  const weight2 = weightOf(weight + 8, alpha);
  const weight3 = weightOf(weight + 12, alpha);
  const weight4 = weightOf(weight + 16, alpha);
  const weight5 = weightOf(weight + 20, alpha);
  for (let b: usize = 0; b < stride; b += 16) {
    let sum = f32x4.mul(weight0, v128.load(vertex0 + b));
    sum = addProduct(sum, weight1, vertex1 + b);
    sum = addProduct(sum, weight2, vertex2 + b);
    sum = addProduct(sum, weight3, vertex3 + b);
    sum = addProduct(sum, weight4, vertex4 + b);
    sum = addProduct(sum, weight5, vertex5 + b);
    finish(sum, scale, own, row, b);
  }
}

/** One pixel of a kernel on other features: the corners are looked up for every block. */
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
      sum = addProduct(sum, weightOf(weight + k, alpha), vertexOf(values, corner + k, stride) + b);
    }
    finish(sum, scale, own, row, b);
  }
}

function weightOf(weight: usize, alpha: f32): v128 {
  return f32x4.splat(load<f32>(weight) * alpha);
}

function addProduct(sum: v128, weight: v128, address: usize): v128 {
  return f32x4.add(sum, f32x4.mul(weight, v128.load(address)));
}

function finish(sum: v128, scale: v128, own: usize, row: usize, b: usize): void {
  const scaled = f32x4.mul(scale, sum);
  v128.store(row + b, own === 0 ? scaled : f32x4.add(v128.load(own + b), scaled));
}
