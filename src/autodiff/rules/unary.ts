/** Functions of one tensor, element by element; most derivatives are cheapest from the output. */
import type { Rule } from "../rule.ts";

export const identity: Rule = ({ gradient }) => [gradient];

export const neg: Rule = ({ g, gradient }) => [g.op("Neg", [gradient])];

export const abs: Rule = ({ g, input, gradient }) => [g.mul(gradient, g.op("Sign", [input(0)]))];

export const exp: Rule = ({ g, output, gradient }) => [g.mul(gradient, output(0))];

export const log: Rule = ({ g, input, gradient }) => [g.div(gradient, input(0))];

/** d sqrt(x) = 1 / (2 sqrt(x)) */
export const sqrt: Rule = ({ g, output, gradient }) => [g.div(gradient, g.add(output(0), output(0)))];

/** d(1/x) = -(1/x)^2 */
export const reciprocal: Rule = ({ g, output, gradient }) => [
  g.op("Neg", [g.mul(gradient, g.mul(output(0), output(0)))]),
];

/** d sigmoid(x) = s (1 - s) */
export const sigmoid: Rule = ({ g, output, gradient }) => [
  g.mul(gradient, g.mul(output(0), g.sub(g.scalar(1), output(0)))),
];

/** Between float types the gradient is cast back; integers and booleans have none. */
export const cast: Rule = ({ g, input, output, gradient }) => [
  output(0).type.startsWith("float") && input(0).type.startsWith("float") ? g.cast(gradient, input(0).type) : undefined,
];
