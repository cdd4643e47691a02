/** The gradient of a convolution's weight, one function a form, so that a faster form can take a shape's place. */
import { type GraphBuilder, knownDim, type ValueInfo } from "../onnx/index.ts";

export interface WeightGradientProblem {
  /** What the convolution reads, `[n, in, h, w]`. */
  readonly input: ValueInfo;
  /** The gradient of what it puts out, `[n, out, h', w']`. */
  readonly outputGradient: ValueInfo;
  /** `[out, in, kh, kw]`: only its shape is used. */
  readonly weight: ValueInfo;
  readonly strides: readonly number[];
  /** top, left, bottom, right */
  readonly pads: readonly number[];
}

/** dW[o, i, y, x] = sum over n and pixels (r, c) of dY[n, o, r, c] * X[n, i, r*stride + y - pad, c*stride + x - pad]. */
export function convolutionWeightGradient(g: GraphBuilder, problem: WeightGradientProblem): ValueInfo {
  const [rows, columns] = problem.outputGradient.shape.slice(2);
  return rows === 1 && columns === 1 ? outerProduct(g, problem) : shiftedSlices(g, problem);
}

/** A kernel that covers its whole input (fc6): one product over the batch, `[out, n] x [n, in*kh*kw]`. */
function outerProduct(g: GraphBuilder, problem: WeightGradientProblem): ValueInfo {
  const [out, inputs, kh, kw] = weightSizes(problem);
  const x = g.slice(padded(g, problem), [2, 3], [0, 0], [kh, kw]);
  const d = g.transpose(g.reshape(problem.outputGradient, [-1, out]), [1, 0]);
  return g.reshape(g.matMul(d, g.reshape(x, [-1, inputs * kh * kw])), [out, inputs, kh, kw]);
}

/** One matrix product a kernel position, `[out, pixels] x [pixels, in]`, on the input shifted by that position. */
function shiftedSlices(g: GraphBuilder, problem: WeightGradientProblem): ValueInfo {
  const [out, inputs, kh, kw] = weightSizes(problem);
  const { outputGradient, strides } = problem;
  const [rows, columns] = [knownDim(outputGradient.shape[2], "rows"), knownDim(outputGradient.shape[3], "columns")];
  const [strideY, strideX] = [strides[0] ?? 1, strides[1] ?? 1];
  const x = padded(g, problem);
  const d = g.reshape(outputGradient, [-1, out, rows * columns]);
  const positions: ValueInfo[] = [];
  for (let y = 0; y < kh; y++) {
    for (let c = 0; c < kw; c++) {
      const ends = [y + (rows - 1) * strideY + 1, c + (columns - 1) * strideX + 1];
      const covers = kh === 1 && kw === 1 && strideY === 1 && strideX === 1;
      const shifted = covers ? x : g.slice(x, [2, 3], [y, c], ends, [strideY, strideX]);
      const product = g.matMul(d, g.transpose(g.reshape(shifted, [-1, inputs, rows * columns]), [0, 2, 1]));
      positions.push(g.reshape(g.reduceSum(product, [0]), [1, out * inputs]));
    }
  }
  // [kh*kw, out*in] -> [out, in, kh, kw]
  const stacked = positions.length === 1 ? positions[0]! : g.transpose(g.concat(positions, 0), [1, 0]);
  return g.reshape(stacked, [out, inputs, kh, kw]);
}

function padded(g: GraphBuilder, { input, pads }: WeightGradientProblem): ValueInfo {
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  return g.pad(input, [0, 0, top, left, 0, 0, bottom, right]);
}

function weightSizes({ weight }: WeightGradientProblem): [number, number, number, number] {
  const [out, inputs, kh, kw] = weight.shape.map((dim) => knownDim(dim, weight.name));
  return [out ?? 0, inputs ?? 0, kh ?? 0, kw ?? 0];
}
