/** Concat: each input gets its own part of the gradient. */
import { knownDim, normalizeAxis } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";

export const concat: Rule = ({ g, node, attributes, inputs, needs, input, gradient }) => {
  const axis = normalizeAxis(attributes.int("axis"), input(0).shape.length, node.name);
  let start = 0;
  return inputs.map((_, index) => {
    const end = start + knownDim(input(index).shape[axis], node.name);
    const part = needs(index) ? g.slice(gradient, [axis], [start], [end]) : undefined;
    start = end;
    return part;
  });
};
