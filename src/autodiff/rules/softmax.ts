/** Softmax and LogSoftmax along an axis. */
import type { Rule } from "../rule.ts";

/** dx = y (dy - sum(dy y)) */
export const softmax: Rule = ({ g, attributes, output, gradient }) => {
  const y = output(0);
  const total = g.reduceSum(g.mul(gradient, y), [attributes.int("axis")], true);
  return [g.mul(y, g.sub(gradient, total))];
};

/** dx = dy - softmax(x) sum(dy) */
export const logSoftmax: Rule = ({ g, attributes, output, gradient }) => {
  const total = g.reduceSum(gradient, [attributes.int("axis")], true);
  return [g.sub(gradient, g.mul(g.op("Exp", [output(0)]), total))];
};
