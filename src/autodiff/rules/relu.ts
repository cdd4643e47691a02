/** Relu: the gradient passes where the output is positive; at exactly 0 it is 0. */
import type { Rule } from "../rule.ts";

export const relu: Rule = ({ g, output, gradient }) => {
  const zero = g.scalar(0);
  return [g.op("Where", [g.op("Greater", [output(0), zero]), gradient, zero])];
};
