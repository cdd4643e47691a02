/** Conv (a cross-correlation, weight `[out, in, kh, kw]`) and its adjoint ConvTranspose (weight `[in, out, kh, kw]`). */
import { at, build, filled, forEachIndex, type NumericTensor } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";
import { imageShape, readWindow, tapPosition, type WindowAxis, windowCount } from "./window.ts";

/** y[n, o, y, x] = bias[o] + sum over c, ky, kx of x[n, c, row(y, ky), column(x, kx)] * w[o, c, ky, kx] */
export function conv(call: OperatorCall): NumericTensor[] {
  const [input, weight, bias] = [call.input(0), call.input(1), call.optional(2)];
  const [images, channels, height, width] = imageShape(call, input);
  const [outputs, weightChannels, kernelHeight, kernelWidth] = imageShape(call, weight);
  const window = readWindow(call, [kernelHeight, kernelWidth]);
  checkChannels(call, channels, weightChannels);
  const shape = [images, outputs, Math.floor(windowCount(window.y, height)), Math.floor(windowCount(window.x, width))];
  const result = build(shape, (index) => {
    const [n, o, y, x] = [at(index, 0), at(index, 1), at(index, 2), at(index, 3)];
    let sum = bias === undefined ? 0 : at(bias.data, o);
    for (let c = 0; c < channels; c++) {
      for (let ky = 0; ky < kernelHeight; ky++) {
        const row = tapPosition(window.y, y, ky);
        if (row < 0 || row >= height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const column = tapPosition(window.x, x, kx);
          if (column < 0 || column >= width) continue;
          const pixel = input.data[((n * channels + c) * height + row) * width + column]!;
          sum += pixel * weight.data[((o * channels + c) * kernelHeight + ky) * kernelWidth + kx]!;
        }
      }
    }
    return sum;
  });
  return [result];
}

/** Every input pixel spreads over the window that Conv would have read: y[n, o, row, column] += x[n, c, y, x] * w. */
export function convTranspose(call: OperatorCall): NumericTensor[] {
  const [input, weight, bias] = [call.input(0), call.input(1), call.optional(2)];
  const [images, channels, height, width] = imageShape(call, input);
  const [weightChannels, outputs, kernelHeight, kernelWidth] = imageShape(call, weight);
  const window = readWindow(call, [kernelHeight, kernelWidth]);
  const outputPadding = call.numbers("output_padding", [0, 0]);
  checkChannels(call, channels, weightChannels);
  const outHeight = spreadSize(window.y, height) + at(outputPadding, 0);
  const outWidth = spreadSize(window.x, width) + at(outputPadding, 1);
  const result = filled([images, outputs, outHeight, outWidth], 0);
  if (bias !== undefined) {
    for (let i = 0; i < result.data.length; i++) {
      result.data[i] = at(bias.data, Math.floor(i / (outHeight * outWidth)) % outputs);
    }
  }
  forEachIndex(input.shape, (index, flat) => {
    const [n, c, y, x] = [at(index, 0), at(index, 1), at(index, 2), at(index, 3)];
    for (let o = 0; o < outputs; o++) {
      for (let ky = 0; ky < kernelHeight; ky++) {
        const row = tapPosition(window.y, y, ky);
        if (row < 0 || row >= outHeight) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const column = tapPosition(window.x, x, kx);
          if (column < 0 || column >= outWidth) continue;
          const factor = weight.data[((c * outputs + o) * kernelHeight + ky) * kernelWidth + kx]!;
          const target = ((n * outputs + o) * outHeight + row) * outWidth + column;
          result.data[target] = result.data[target]! + input.data[flat]! * factor;
        }
      }
    }
  });
  return [result];
}

/** Output size of a deconvolution on one axis, without output padding. */
function spreadSize(axis: WindowAxis, size: number): number {
  return axis.stride * (size - 1) + axis.dilation * (axis.kernel - 1) + 1 - axis.padBegin - axis.padEnd;
}

function checkChannels(call: OperatorCall, channels: number, weightChannels: number): void {
  if (call.number("group", 1) !== 1) call.fail("group 1", String(call.number("group")));
  if (channels !== weightChannels) call.fail(`a weight for ${channels} input channels`, `one for ${weightChannels}`);
}
