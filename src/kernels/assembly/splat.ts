// AssemblyScript, compiled to WebAssembly SIMD: from pixels to lattice vertices. These files have the loops of
// `kernels/crf-memory.ts`; `crf/plain-memory.ts` is their readable twin. Addresses are bytes in the imported memory. Rows of
// values hold `stride` bytes, a multiple of 16, and are walked in blocks of 16 bytes: four lanes.
import { vertexOf } from "./vertex";

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
      const vertex = vertexOf(values, corner, stride);
      const w = f32x4.splat(load<f32>(weight) * scale);
      for (let b: usize = 0; b < stride; b += 16) addTo(vertex + b, w, v128.load(row + b));
      corner += 4;
      weight += 4;
    }
  }
}

function splat3(row: usize, stride: usize, corner: usize, weight: usize, scale: f32, values: usize): void {
  const vertex0 = vertexOf(values, corner, stride);
  const vertex1 = vertexOf(values, corner + 4, stride);
  const vertex2 = vertexOf(values, corner + 8, stride);
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

/** Sets lattice values to 0. JavaScript's own `fill` is slow on shared memory, which it writes number by number. */
export function clear(values: usize, bytes: usize): void {
  memory.fill(values, 0, bytes);
}
