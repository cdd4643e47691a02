/** Where: each branch gets the gradient where it was taken. */
import type { Rule } from "../rule.ts";
import { sumToShape } from "./broadcast.ts";

export const where: Rule = ({ g, needs, input, gradient }) => {
  const zero = g.scalar(0);
  return [
    undefined,
    needs(1) ? sumToShape(g, g.op("Where", [input(0), gradient, zero]), input(1).shape) : undefined,
    needs(2) ? sumToShape(g, g.op("Where", [input(0), zero, gradient]), input(2).shape) : undefined,
  ];
};
