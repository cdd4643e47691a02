/** Resize: separable and linear, y = R x, so the gradient is R' dy with R written out along each axis. */
import { knownDim, resizeMatrix, type ValueInfo } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";

export const resize: Rule = ({ g, node, attributes, input, output, gradient }) => {
  const rank = input(0).shape.length;
  let result: ValueInfo = gradient;
  for (let axis = 0; axis < rank; axis++) {
    if (input(0).shape[axis] === output(0).shape[axis]) continue;
    const [from, to] = [knownDim(input(0).shape[axis], node.name), knownDim(output(0).shape[axis], node.name)];
    const matrix = g.constant("float32", [to, from], resizeMatrix(from, to, attributes));
    // [..., to, ...] x [to, from] with the axis brought to the end
    const perm = Array.from({ length: rank }, (_, index) => index);
    perm.push(...perm.splice(axis, 1));
    const last = axis === rank - 1;
    const product = g.matMul(last ? result : g.transpose(result, perm), matrix);
    result = last
      ? product
      : g.transpose(
          product,
          perm.map((_, index) => perm.indexOf(index)),
        );
  }
  return [result];
};
