/** ConvTranspose: the adjoint of Conv, so input and output gradient change places. */
import type { Rule } from "../rule.ts";
import { convolutionWeightGradient } from "../weight-gradient.ts";

export const convTranspose: Rule = ({ g, attributes, needs, input, gradient }) => {
  const [x, weight] = [input(0), input(1)];
  const [strides, pads] = [attributes.ints("strides"), attributes.ints("pads")];
  return [
    needs(0) ? g.op("Conv", [gradient, weight], { strides, pads }) : undefined,
    needs(1) ? convolutionWeightGradient(g, { input: gradient, outputGradient: x, weight, strides, pads }) : undefined,
    needs(2) ? g.reduceSum(gradient, [0, 2, 3]) : undefined,
  ];
};
