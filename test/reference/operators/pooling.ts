/** MaxPool with its switches, and MaxUnpool, which puts values back to where the switches point. */
import { at, elementCount, filled, forEachIndex, type NumericTensor } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";
import { imageShape, readWindow, tapPosition, type WindowAxis, windowCount } from "./window.ts";

/**
 * Maximum of each window and its switch: the flat position in the whole `[n, c, h, w]` input. Padding is never chosen;
 * among equal values the first in row-major order is.
 */
export function maxPool(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const [images, channels, height, width] = imageShape(call, input);
  const window = readWindow(call);
  const ceil = call.number("ceil_mode", 0) === 1;
  if (call.number("storage_order", 0) !== 0) call.fail("storage_order 0 (row-major)", "1");
  const shape = [images, channels, pooledSize(window.y, height, ceil), pooledSize(window.x, width, ceil)];
  const [maxima, switches] = [filled(shape, 0), filled(shape, 0)];
  forEachIndex(shape, (index, flat) => {
    const plane = (at(index, 0) * channels + at(index, 1)) * height * width;
    let best = -1;
    for (let ky = 0; ky < window.y.kernel; ky++) {
      const row = tapPosition(window.y, at(index, 2), ky);
      if (row < 0 || row >= height) continue;
      for (let kx = 0; kx < window.x.kernel; kx++) {
        const column = tapPosition(window.x, at(index, 3), kx);
        if (column < 0 || column >= width) continue;
        const candidate = plane + row * width + column;
        if (best < 0 || input.data[candidate]! > input.data[best]!) best = candidate;
      }
    }
    if (best < 0) call.fail("windows that touch the input", `one in the padding, at [${index.join(", ")}]`);
    maxima.data[flat] = at(input.data, best);
    switches.data[flat] = best;
  });
  return [maxima, switches];
}

/** Windows on an axis. With `ceil_mode` the last one may hang over the end, but must start inside the input. */
function pooledSize(axis: WindowAxis, size: number, ceil: boolean): number {
  const count = windowCount(axis, size);
  if (!ceil) return Math.floor(count);
  const last = Math.ceil(count) - 1;
  return last * axis.stride >= size + axis.padBegin ? last : last + 1;
}

/**
 * Zero but for each value at its switch. With the third input, `output_shape`, switches count in that shape, which is
 * the shape before pooling (so does ONNX Runtime; an example in the ONNX repository counts in the smaller inferred one).
 */
export function maxUnpool(call: OperatorCall): NumericTensor[] {
  const [values, switches] = [call.input(0), call.input(1)];
  const [images, channels, height, width] = imageShape(call, values);
  const window = readWindow(call);
  const inferred = (axis: WindowAxis, size: number): number =>
    (size - 1) * axis.stride + axis.kernel - axis.padBegin - axis.padEnd;
  const shape = call.integers(2) ?? [images, channels, inferred(window.y, height), inferred(window.x, width)];
  if (switches.shape.join() !== values.shape.join()) {
    call.fail(`switches of shape [${values.shape.join(", ")}]`, `[${switches.shape.join(", ")}]`);
  }
  const result = filled(shape, 0);
  switches.data.forEach((target, i) => {
    if (!(target >= 0 && target < elementCount(shape))) {
      call.fail(`switches from 0 to ${elementCount(shape) - 1}`, String(target));
    }
    result.data[target] = at(values.data, i);
  });
  return [result];
}
