/** Resizing of float planes with the conventions of OpenCV's `INTER_AREA` and `INTER_LINEAR`. */

import type { FloatPlane } from "./edge-map.ts";

/** Target pixel `i` is the sum of `count` source pixels from `starts[i]` on, with weights from `i * count` on. */
interface Taps {
  readonly count: number;
  readonly starts: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Resizes a plane: by area where both sides shrink, else bilinearly; both with pixel centres at halves.
 *
 * @param plane - Float32 `[height, width]`.
 * @param width - Of the result, px, at least 1.
 * @param height - Of the result, px, at least 1.
 */
export function resizePlane(plane: FloatPlane, width: number, height: number): FloatPlane {
  if (plane.width === width && plane.height === height) return { ...plane, data: plane.data.slice() };
  const shrinks = width < plane.width && height < plane.height;
  const taps = shrinks ? areaTaps : linearTaps;
  const columns = taps(plane.width, width);
  const rows = taps(plane.height, height);
  const narrow = resizeRows(plane, width, columns);
  const data = new Float32Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let k = 0; k < rows.count; k++) {
      const weight = rows.weights[y * rows.count + k]!;
      if (weight === 0) continue;
      const from = (rows.starts[y]! + k) * width;
      for (let x = 0; x < width; x++) sums[x] = sums[x]! + weight * narrow[from + x]!;
    }
    data.set(sums, y * width);
  }
  return { data, width, height };
}

function resizeRows({ data, width, height }: FloatPlane, to: number, { count, starts, weights }: Taps): Float32Array {
  const narrow = new Float32Array(to * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0, tap = 0; x < to; x++, at++) {
      const from = row + starts[x]!;
      let sum = 0;
      for (let k = 0; k < count; k++, tap++) sum += weights[tap]! * data[from + k]!;
      narrow[at] = sum;
    }
  }
  return narrow;
}

/** Fills up with zeros to the same number of weights everywhere, none of them past the end of the line. */
function evenTaps(from: number, starts: Int32Array, weights: readonly Float32Array[]): Taps {
  const count = Math.max(...weights.map(({ length }) => length));
  const even = new Float32Array(count * starts.length);
  weights.forEach((own, i) => {
    const start = Math.min(starts[i]!, from - count);
    even.set(own, i * count + starts[i]! - start);
    starts[i] = start;
  });
  return { count, starts, weights: even };
}

/** Shares of the source pixels that a target pixel covers; slivers under a thousandth of a pixel are left out. */
function areaTaps(from: number, to: number): Taps {
  const scale = from / to;
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const begin = i * scale;
    const end = Math.min(begin + scale, from);
    const first = begin - Math.floor(begin) > 1 - 1e-3 ? Math.ceil(begin) : Math.floor(begin);
    const last = Math.min(end - Math.floor(end) > 1e-3 ? Math.floor(end) : Math.floor(end) - 1, from - 1);
    starts[i] = first;
    return Float32Array.from({ length: last - first + 1 }, (_w, k) => {
      const covered = Math.min(end, first + k + 1) - Math.max(begin, first + k);
      return covered / Math.min(scale, from - begin);
    });
  });
  return evenTaps(from, starts, weights);
}

function linearTaps(from: number, to: number): Taps {
  const scale = from / to;
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const centre = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), from - 1);
    const first = Math.floor(centre);
    starts[i] = first;
    return centre === first ? Float32Array.of(1) : Float32Array.of(first + 1 - centre, centre - first);
  });
  return evenTaps(from, starts, weights);
}
