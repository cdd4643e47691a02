/** Relu: the gradient passes where the output is positive; at exactly 0 it is 0. */
import type { Rule } from "../rule.ts";

export const relu: Rule = ({ g, output, gradient }) => {
  // A product with zeros and ones takes half the time of the runtime's Where.
  const positive = g.cast(g.op("Greater", [output(0), g.scalar(0)]), "float32");
  return [g.mul(gradient, positive)];
};
