/** Forms of the gradient of a convolution's weight as matrix products; all compute the same numbers. */
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

export type WeightGradientForm = (g: GraphBuilder, problem: WeightGradientProblem) => ValueInfo;

/** For a kernel that covers its whole input (fc6): one product over the batch, `[out, n] x [n, in*kh*kw]`. */
export const outerProduct: WeightGradientForm = (g, problem) => {
  const { out, inputs, kh, kw } = sizesOf(problem);
  const x = g.slice(padded(g, problem), [2, 3], [0, 0], [kh, kw]);
  const d = g.transpose(g.reshape(problem.outputGradient, [-1, out]), [1, 0]);
  return g.reshape(g.matMul(d, g.reshape(x, [-1, inputs * kh * kw])), [out, inputs, kh, kw]);
};

/** One product a kernel position, `[out, pixels] x [pixels, in]`, on the input shifted by that position. For any stride. */
export const shiftedSlices: WeightGradientForm = (g, problem) => {
  const { out, inputs, kh, kw, rows, columns } = sizesOf(problem);
  const { outputGradient, strides } = problem;
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
      positions.push(g.reduceSum(product, [0]));
    }
  }
  return stacked(g, positions, problem);
};

/**
 * One product a kernel position, on the input shifted by its column and the gradient shifted by its row, with rows of zeros in
 * between: kh + kw copies instead of kh * kw, for a little more arithmetic. For stride 1.
 *
 * @param images - `batched`: a product an image, summed up. `joined`: one product over the pixels of all images.
 */
export function shiftedOnBothSides(
  g: GraphBuilder,
  problem: WeightGradientProblem,
  images: "batched" | "joined",
): ValueInfo {
  const { out, inputs, kh, kw, rows, columns } = sizesOf(problem);
  const joined = images === "joined";
  const channelsFirst = (value: ValueInfo) => (joined ? g.transpose(value, [1, 0, 2, 3]) : value);
  const pixels = (rows + kh - 1) * columns;
  const flat = (value: ValueInfo, channels: number) =>
    g.reshape(value, joined ? [channels, -1] : [-1, channels, pixels]);
  const x = channelsFirst(padded(g, problem));
  const d = channelsFirst(problem.outputGradient);
  const byColumn = range(kw).map((c) => flat(g.slice(x, [3], [c], [c + columns]), inputs));
  const byRow = range(kh).map((y) => flat(g.pad(d, [0, 0, y, 0, 0, 0, kh - 1 - y, 0]), out));
  const product = (left: ValueInfo, right: ValueInfo) =>
    joined
      ? g.matMul(left, g.transpose(right, [1, 0]))
      : g.reduceSum(g.matMul(left, g.transpose(right, [0, 2, 1])), [0]);
  return stacked(
    g,
    byRow.flatMap((left) => byColumn.map((right) => product(left, right))),
    problem,
  );
}

/** One product of the gradient with all patches of the input, `[out, n*pixels] x [n*pixels, kh*kw*in]`. For stride 1. */
export const columnsOfPatches: WeightGradientForm = (g, problem) => {
  const { out, inputs, kh, kw, rows, columns } = sizesOf(problem);
  const x = g.transpose(padded(g, problem), [0, 2, 3, 1]);
  const d = g.reshape(g.transpose(problem.outputGradient, [1, 0, 2, 3]), [out, -1]);
  const patches = range(kh).flatMap((y) => range(kw).map((c) => g.slice(x, [1, 2], [y, c], [y + rows, c + columns])));
  const product = g.matMul(d, g.reshape(g.concat(patches, 3), [-1, kh * kw * inputs]));
  return g.reshape(g.transpose(g.reshape(product, [out, kh * kw, inputs]), [0, 2, 1]), [out, inputs, kh, kw]);
};

/** kh*kw matrices `[out, in]` -> `[out, in, kh, kw]` */
function stacked(g: GraphBuilder, positions: readonly ValueInfo[], problem: WeightGradientProblem): ValueInfo {
  const { out, inputs, kh, kw } = sizesOf(problem);
  const [only] = positions;
  if (positions.length === 1 && only !== undefined) return g.reshape(only, [out, inputs, kh, kw]);
  const rows = g.concat(
    positions.map((position) => g.reshape(position, [1, out * inputs])),
    0,
  );
  // The runtime joins the two: a product that reads its operand transposed takes a quarter of the time of a transposition.
  const identity = positions.flatMap((_, row) => positions.map((__, column) => (row === column ? 1 : 0)));
  const columns = g.matMul(g.transpose(rows, [1, 0]), g.constant("float32", [kh * kw, kh * kw], identity));
  return g.reshape(columns, [out, inputs, kh, kw]);
}

function padded(g: GraphBuilder, { input, pads }: WeightGradientProblem): ValueInfo {
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  return g.pad(input, [0, 0, top, left, 0, 0, bottom, right]);
}

function sizesOf({ weight, outputGradient }: WeightGradientProblem) {
  const [out = 0, inputs = 0, kh = 0, kw = 0] = weight.shape.map((dim) => knownDim(dim, weight.name));
  const [rows = 0, columns = 0] = outputGradient.shape.slice(2).map((dim) => knownDim(dim, outputGradient.name));
  return { out, inputs, kh, kw, rows, columns };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
