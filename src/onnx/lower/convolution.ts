/** Faster forms of Conv and ConvTranspose. Measured in bench/: the runtime's ConvTranspose has half the speed of its Conv. */
import type { ValueInfo } from "../graph.ts";
import { knownDim } from "../shape.ts";
import type { LoweringContext, LoweringRule } from "./rule.ts";

/** A kernel that covers its whole input (fc6, and fc7 on one pixel) is a matrix product over the batch. */
export const lowerConv: LoweringRule = (context) => {
  const { g, input, inputs, attributes } = context;
  const [x, weight] = [input(0), input(1)];
  const [out, channels, kh, kw] = weight.shape.map((dim) => knownDim(dim, weight.name));
  const covers = x.shape[2] === kh && x.shape[3] === kw && attributes.ints("pads").every((pad) => pad === 0);
  if (!covers || out === undefined || channels === undefined || kh === undefined || kw === undefined) return false;
  const size = channels * kh * kw;
  const operands = [g.reshape(x, [-1, size]), g.reshape(weight, [out, size]), inputs[2]];
  finish(context, g.op("Gemm", operands, { transB: 1 }), [-1, out, 1, 1]);
  return true;
};

/** On one pixel it is a matrix product; with stride 1 it is a convolution with in and out swapped and the kernel turned by 180 degrees. */
export const lowerConvTranspose: LoweringRule = (context) => {
  const { g, node, input, inputs, attributes } = context;
  const [x, weight] = [input(0), input(1)];
  const pads = attributes.ints("pads");
  const plain =
    attributes.ints("strides").every((stride) => stride === 1) &&
    attributes.ints("output_padding").every((pad) => pad === 0);
  const [channels = 0, out = 0, kh = 0, kw = 0] = weight.shape.map((dim) => knownDim(dim, weight.name));
  if (!plain) return false;
  if (x.shape[2] === 1 && x.shape[3] === 1 && pads.every((pad) => pad === 0)) {
    const product = g.matMul(g.reshape(x, [-1, channels]), g.reshape(weight, [channels, out * kh * kw]));
    const bias = inputs[2];
    const shape = [-1, out, kh, kw];
    if (bias === undefined) finish(context, product, shape);
    else g.op("Add", [g.reshape(product, shape), g.reshape(bias, [out, 1, 1])], {}, { outputs: node.outputs });
    return true;
  }
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  const mirrored = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right];
  if (mirrored.some((pad) => pad < 0)) return false;
  g.op("Conv", [x, turned(context, weight), inputs[2]], { pads: mirrored }, { outputs: node.outputs });
  return true;
};

/** `[in, out, kh, kw]` to `[out, in, kh, kw]` with rows and columns reversed. */
function turned({ g, fedParameters = false }: LoweringContext, weight: ValueInfo): ValueInfo {
  const [channels = 0, out = 0, kh = 0, kw = 0] = weight.shape.map((dim) => knownDim(dim, weight.name));
  if (kh === 1 && kw === 1) return g.transpose(weight, [1, 0, 2, 3]);
  if (fedParameters) {
    // Number by number, the runtime's Slice takes six times as long as this product.
    const size = kh * kw;
    const reversed = Array.from({ length: size ** 2 }, (_, i) =>
      Math.floor(i / size) + (i % size) === size - 1 ? 1 : 0,
    );
    const rows = g.reshape(weight, [channels * out, size]);
    const turnedRows = g.matMul(rows, g.constant("float32", [size, size], reversed));
    return g.transpose(g.reshape(turnedRows, [channels, out, kh, kw]), [1, 0, 2, 3]);
  }
  const swapped = g.transpose(weight, [1, 0, 2, 3]);
  return g.slice(swapped, [2, 3], [-1, -1], [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], [-1, -1]);
}

function finish({ g, node }: LoweringContext, product: ValueInfo, shape: readonly number[]): void {
  g.op("Reshape", [product, g.ints(shape)], {}, { outputs: node.outputs });
}
