/** Add and Sub, with the broadcasting undone. */
import type { Rule } from "../rule.ts";
import { sumToShape } from "./broadcast.ts";

export const add: Rule = ({ g, needs, input, gradient }) => [
  needs(0) ? sumToShape(g, gradient, input(0).shape) : undefined,
  needs(1) ? sumToShape(g, gradient, input(1).shape) : undefined,
];

export const sub: Rule = ({ g, needs, input, gradient }) => [
  needs(0) ? sumToShape(g, gradient, input(0).shape) : undefined,
  needs(1) ? g.op("Neg", [sumToShape(g, gradient, input(1).shape)]) : undefined,
];
