/** Resizing of float planes with the conventions of OpenCV's `INTER_AREA` and `INTER_LINEAR`. */

import type { FloatPlane } from "./edge-map.ts";

/** For each target pixel: its first source pixel and the weights from there on. */
interface Taps {
  readonly starts: Int32Array;
  readonly weights: readonly Float32Array[];
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
  const narrow = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    for (let x = 0; x < width; x++) {
      const weights = columns.weights[x]!;
      const from = y * plane.width + columns.starts[x]!;
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * plane.data[from + k]!;
      narrow[y * width + x] = sum;
    }
  }
  const data = new Float32Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const weights = rows.weights[y]!;
    sums.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const from = (rows.starts[y]! + k) * width;
      for (let x = 0; x < width; x++) sums[x] = sums[x]! + weights[k]! * narrow[from + x]!;
    }
    data.set(sums, y * width);
  }
  return { data, width, height };
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
  return { starts, weights };
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
  return { starts, weights };
}
