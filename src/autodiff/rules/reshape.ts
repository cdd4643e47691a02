/** Operators that only rename or reorder axes. */
import type { Rule } from "../rule.ts";
import { reshapeTo, sumToShape } from "./broadcast.ts";

/** Reshape, Flatten, Squeeze, Unsqueeze: back to the input's shape. */
export const reshape: Rule = ({ g, input, gradient }) => [reshapeTo(g, gradient, input(0).shape)];

export const transpose: Rule = ({ g, attributes, input, gradient }) => {
  const given = attributes.ints("perm");
  const perm = given.length === 0 ? input(0).shape.map((_, axis) => input(0).shape.length - 1 - axis) : given;
  return [
    g.transpose(
      gradient,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ];
};

export const expand: Rule = ({ g, input, gradient }) => [sumToShape(g, gradient, input(0).shape)];
