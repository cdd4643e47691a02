/** MatMul: dA = dY B', dB = A' dY, summed over the batch axes that were broadcast. */
import type { GraphBuilder, ValueInfo } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";
import { sumToShape } from "./broadcast.ts";

export const matMul: Rule = ({ g, needs, input, gradient }) => [
  needs(0) ? sumToShape(g, g.matMul(gradient, swapLastAxes(g, input(1))), input(0).shape) : undefined,
  needs(1) ? sumToShape(g, g.matMul(swapLastAxes(g, input(0)), gradient), input(1).shape) : undefined,
];

function swapLastAxes(g: GraphBuilder, value: ValueInfo): ValueInfo {
  const rank = value.shape.length;
  const perm = value.shape.map((_, axis) => axis);
  return g.transpose(value, [...perm.slice(0, -2), rank - 1, rank - 2]);
}
