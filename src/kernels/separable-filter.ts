/** Runs the compiled separable filter over a plane, strip by strip, in a memory that stays small. */

import { compileModule } from "./compile-module.ts";
import { SEPARABLE_FILTER_WASM } from "./separable-filter-wasm.ts";
import { growMemory, reserveMemory } from "./wasm-pages.ts";

interface Exports {
  readonly filterStrip: (...numbers: readonly number[]) => void;
}

interface Filter {
  readonly memory: WebAssembly.Memory;
  readonly filterStrip: Exports["filterStrip"];
}

/** Addresses below it belong to the module's constants. */
const MODULE_BYTES = 1024;
/** Rows that are filtered at a time: source and result stay in the cache. */
const STRIP_ROWS = 32;
/** Taps that the compiled loops take at once. */
const TAPS = 3;

let filter: Filter | undefined;

function startFilter(): Filter {
  const memory = reserveMemory(MODULE_BYTES);
  const module = compileModule(SEPARABLE_FILTER_WASM);
  const { filterStrip } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  return { memory, filterStrip };
}

/** Mirrors an index into [0, size) without repeating the outermost one: -1 becomes 1. */
export function mirror(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < size ? wrapped : period - wrapped;
}

/**
 * Correlates the rows of a plane with one odd-sized kernel and the columns with another, borders mirrored.
 *
 * @param data - Float32 `[height, width]`.
 * @returns Float32 `[height, width]`; sums are float64, rounded after the rows and after the columns.
 */
export function filterSeparable(
  data: Float32Array,
  width: number,
  height: number,
  kernelX: Float32Array,
  kernelY: Float32Array,
): Float32Array {
  filter ??= startFilter();
  const stride = 4 * Math.ceil(width / 4);
  const [tapsX, tapsY] = [padTaps(kernelX), padTaps(kernelY)];
  const [radiusX, radiusY] = [kernelX.length >> 1, kernelY.length >> 1];
  const strip = Math.min(STRIP_ROWS, height);
  const weightsY = MODULE_BYTES + tapsX.byteLength;
  const line = weightsY + tapsY.byteLength;
  const lineLength = stride + tapsX.length;
  const source = 16 * Math.ceil((line + 8 * lineLength) / 16);
  const sourceRows = strip + tapsY.length - 1;
  const out = source + 4 * stride * sourceRows;
  growMemory(filter.memory, out + 4 * stride * strip);
  const { buffer } = filter.memory;
  new Float64Array(buffer, MODULE_BYTES, tapsX.length).set(tapsX);
  new Float64Array(buffer, weightsY, tapsY.length).set(tapsY);
  // What a padding tap reads must be a number.
  new Float64Array(buffer, line, lineLength).fill(0);
  const planes = new Float32Array(buffer);
  const result = new Float32Array(data.length);
  for (let top = 0; top < height; top += strip) {
    const rows = Math.min(strip, height - top);
    const filled = rows + 2 * radiusY;
    for (let y = 0; y < filled; y++) {
      const row = mirror(top + y - radiusY, height) * width;
      planes.set(data.subarray(row, row + width), source / 4 + y * stride);
      // Pixels are taken in pairs: what lies behind an odd width must be a number too.
      if (width % 2 === 1) planes[source / 4 + y * stride + width] = 0;
    }
    planes.fill(0, source / 4 + filled * stride, source / 4 + (rows + tapsY.length - 1) * stride);
    filter.filterStrip(
      source,
      width,
      4 * stride,
      rows,
      MODULE_BYTES,
      tapsX.length,
      radiusX,
      weightsY,
      tapsY.length,
      radiusY,
      line,
      out,
    );
    for (let y = 0; y < rows; y++) {
      const from = out / 4 + y * stride;
      result.set(planes.subarray(from, from + width), (top + y) * width);
    }
  }
  return result;
}

/** The kernel as float64, filled up with zeros to a multiple of the taps. */
function padTaps(kernel: Float32Array): Float64Array {
  const weights = new Float64Array(TAPS * Math.ceil(kernel.length / TAPS));
  weights.set(kernel);
  return weights;
}
