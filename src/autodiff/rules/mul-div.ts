/** Mul and Div, with the broadcasting undone. */
import type { Rule } from "../rule.ts";
import { sumToShape } from "./broadcast.ts";

export const mul: Rule = ({ g, needs, input, gradient }) => [
  needs(0) ? sumToShape(g, g.mul(gradient, input(1)), input(0).shape) : undefined,
  needs(1) ? sumToShape(g, g.mul(gradient, input(0)), input(1).shape) : undefined,
];

export const div: Rule = ({ g, needs, input, output, gradient }) => {
  const scaled = g.div(gradient, input(1));
  return [
    needs(0) ? sumToShape(g, scaled, input(0).shape) : undefined,
    // d(a/b)/db = -(a/b)/b
    needs(1) ? sumToShape(g, g.op("Neg", [g.mul(scaled, output(0))]), input(1).shape) : undefined,
  ];
};
