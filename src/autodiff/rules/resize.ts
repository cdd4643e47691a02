/** Resize: separable and linear, y = R x, so the gradient is R' dy with R written out along each axis. */
import { knownDim, multiplyAlong, resizeMatrix, type ValueInfo } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";

export const resize: Rule = ({ g, node, attributes, input, output, gradient }) => {
  let result: ValueInfo = gradient;
  for (const axis of input(0).shape.keys()) {
    if (input(0).shape[axis] === output(0).shape[axis]) continue;
    const [from, to] = [knownDim(input(0).shape[axis], node.name), knownDim(output(0).shape[axis], node.name)];
    const matrix = g.constant("float32", [to, from], resizeMatrix(from, to, attributes));
    result = multiplyAlong(g, result, matrix, axis);
  }
  return [result];
};
