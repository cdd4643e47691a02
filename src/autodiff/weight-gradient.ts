/** The gradient of a convolution's weight: the form that costs least for its shape. */
import { type GraphBuilder, knownDim, type ValueInfo } from "../onnx/index.ts";
import {
  columnsOfPatches,
  outerProduct,
  shiftedOnBothSides,
  shiftedSlices,
  type WeightGradientForm,
  type WeightGradientProblem,
} from "./weight-gradient-forms.ts";

/** Multiply-adds that take as long as the copy of one number. Measured with bench/weight-gradient.bench.ts. */
const COPY = 75;

/** dW[o, i, y, x] = sum over n and pixels (r, c) of dY[n, o, r, c] * X[n, i, r*stride + y - pad, c*stride + x - pad]. */
export function convolutionWeightGradient(g: GraphBuilder, problem: WeightGradientProblem): ValueInfo {
  return cheapestForm(problem)(g, problem);
}

/** Costs are of one image's pixel, in multiply-adds. */
function cheapestForm({ weight, outputGradient, strides }: WeightGradientProblem): WeightGradientForm {
  const [out = 0, inputs = 0, kh = 0, kw = 0] = weight.shape.map((dim) => knownDim(dim, weight.name));
  const [rows = 0, columns = 0] = outputGradient.shape.slice(2).map((dim) => knownDim(dim, outputGradient.name));
  if (rows === 1 && columns === 1) return outerProduct;
  if ((kh === 1 && kw === 1) || strides.some((stride) => stride !== 1)) return shiftedSlices;
  const products = kh * kw * inputs * out;
  const taller = (rows + kh - 1) / rows;
  // Short rows are copied slowly.
  const copyRows = COPY * (1 + 8 / columns);
  // Products of single images are written, read and added up.
  const sum = (1.5 * COPY * products) / (rows * columns);
  const bothSides = taller * (products + copyRows * (kw * inputs + kh * out));
  const costs: readonly (readonly [WeightGradientForm, number])[] = [
    [shiftedSlices, products + copyRows * kh * kw * inputs + sum],
    [(g, problem) => shiftedOnBothSides(g, problem, "batched"), bothSides + sum],
    [(g, problem) => shiftedOnBothSides(g, problem, "joined"), bothSides + COPY * (inputs + out)],
    [columnsOfPatches, products + COPY * (2 * kh * kw * inputs + 2 * (inputs + out))],
  ];
  return costs.reduce((best, form) => (form[1] < best[1] ? form : best))[0];
}
