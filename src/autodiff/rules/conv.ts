/** Conv: the input's gradient is the adjoint (a transposed convolution with the same weight). */
import { knownDim } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";
import { convolutionWeightGradient } from "../weight-gradient.ts";

export const conv: Rule = ({ g, node, attributes, needs, input, gradient }) => {
  const [x, weight] = [input(0), input(1)];
  const [strides, pads] = [attributes.ints("strides"), attributes.ints("pads")];
  // What a strided convolution leaves over at the bottom and right gets no gradient: output_padding makes room for it.
  const output_padding = [0, 1].map((axis) => {
    const padded = knownDim(x.shape[axis + 2], node.name) + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0);
    return (padded - knownDim(weight.shape[axis + 2], node.name)) % (strides[axis] ?? 1);
  });
  return [
    needs(0) ? g.op("ConvTranspose", [gradient, weight], { strides, pads, output_padding }) : undefined,
    needs(1) ? convolutionWeightGradient(g, { input: x, outputGradient: gradient, weight, strides, pads }) : undefined,
    needs(2) ? g.reduceSum(gradient, [0, 2, 3]) : undefined,
  ];
};
