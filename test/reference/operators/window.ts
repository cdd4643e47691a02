/** The sliding window that convolution, deconvolution, pooling and unpooling share, on tensors `[n, c, height, width]`. */
import { at, type NumericTensor } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";

/** One of the two spatial axes of a window. */
export interface WindowAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
}

export interface Window {
  readonly y: WindowAxis;
  readonly x: WindowAxis;
}

/** Reads the window's attributes; without `kernel` they must say the size. */
export function readWindow(call: OperatorCall, kernel?: readonly number[]): Window {
  const shape = call.numbers("kernel_shape", kernel);
  const strides = call.numbers("strides", [1, 1]);
  const dilations = call.numbers("dilations", [1, 1]);
  const pads = call.numbers("pads", [0, 0, 0, 0]); // top, left, bottom, right
  if (kernel !== undefined && shape.join() !== kernel.join()) {
    call.fail(`kernel_shape of the weight, [${kernel.join(", ")}]`, `[${shape.join(", ")}]`);
  }
  if ([shape, strides, dilations, pads].map((list) => list.length).join() !== "2,2,2,4") {
    call.fail("two spatial axes", `kernel_shape [${shape.join(", ")}], strides [${strides.join(", ")}]`);
  }
  const axis = (i: number): WindowAxis => ({
    kernel: at(shape, i),
    stride: at(strides, i),
    dilation: at(dilations, i),
    padBegin: at(pads, i),
    padEnd: at(pads, i + 2),
  });
  return { y: axis(0), x: axis(1) };
}

/** Where tap `tap` of window number `position` falls on the unpadded axis. */
export function tapPosition(axis: WindowAxis, position: number, tap: number): number {
  return position * axis.stride - axis.padBegin + tap * axis.dilation;
}

/** Windows that fit on a padded axis of `size`; the fraction is rounded by the caller. */
export function windowCount(axis: WindowAxis, size: number): number {
  const extent = axis.dilation * (axis.kernel - 1) + 1;
  return (size + axis.padBegin + axis.padEnd - extent) / axis.stride + 1;
}

/** The sizes of a tensor with four axes. */
export function imageShape(call: OperatorCall, tensor: NumericTensor): [n: number, c: number, h: number, w: number] {
  const [n, c, h, w, ...rest] = tensor.shape;
  if (n === undefined || c === undefined || h === undefined || w === undefined || rest.length > 0) {
    return call.fail("a tensor of four axes", `[${tensor.shape.join(", ")}]`);
  }
  return [n, c, h, w];
}
