/**
 * Switches between their three forms: golden files count within the plane of one image and channel, ONNX over the whole
 * tensor, and the portable pooling marks a position of each 2x2 window.
 */
import type { Tensor } from "deconvnet/onnx";

/** From positions in the whole `[n, c, height, width]` tensor to positions in the plane. */
export function planeSwitches({ shape, data }: Tensor, [height = 0, width = 0]: readonly number[]): Tensor {
  const plane = height * width;
  return { type: "int64", shape, data: BigInt64Array.from(data as BigInt64Array, (flat) => flat % BigInt(plane)) };
}

/** And back. */
export function tensorSwitches({ shape, data }: Tensor, [height, width]: readonly [number, number]): Tensor {
  const perPlane = (shape[2] ?? 1) * (shape[3] ?? 1);
  const flat = Array.from(data as ArrayLike<number | bigint>, (index, i) => {
    const plane = Math.floor(i / perPlane);
    return BigInt(index) + BigInt(plane * height * width);
  });
  return { type: "int64", shape, data: BigInt64Array.from(flat) };
}

/** Positions in planes of `width` from a mask `[n, c, h, w, 4]`. */
export function switchesOfMask({ shape, data }: Tensor, width: number): Tensor {
  const [rows = 0, columns = 0] = shape.slice(2);
  const switches = Array.from({ length: data.length / 4 }, (_, window) => {
    const position = [0, 1, 2, 3].findIndex((k) => data[window * 4 + k] === 1);
    const [row, column] = [Math.floor(window / columns) % rows, window % columns];
    return BigInt((2 * row + (position >> 1)) * width + 2 * column + (position & 1));
  });
  return { type: "int64", shape: shape.slice(0, 4), data: BigInt64Array.from(switches) };
}

/** The mask of positions in planes, or `undefined` if one of them lies outside of its own 2x2 window. */
export function maskOfSwitches(
  { shape, data }: Tensor,
  [height, width]: readonly [number, number],
): Tensor | undefined {
  const [rows = 0, columns = 0] = shape.slice(2);
  if (height !== 2 * rows || width !== 2 * columns) return undefined;
  const mask = new Float32Array(data.length * 4);
  for (let window = 0; window < data.length; window++) {
    const flat = Number(data[window]);
    const y = Math.floor(flat / width) - 2 * (Math.floor(window / columns) % rows);
    const x = (flat % width) - 2 * (window % columns);
    if (y < 0 || y > 1 || x < 0 || x > 1) return undefined;
    mask[window * 4 + 2 * y + x] = 1;
  }
  return { type: "float32", shape: [...shape, 4], data: mask };
}
