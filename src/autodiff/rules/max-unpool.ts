/** MaxUnpool: each input gets the gradient of the position that its switch names. */
import type { Rule } from "../rule.ts";

export const maxUnpool: Rule = ({ g, input, gradient }) => [
  // Switches are flat positions over the whole [n, c, h, w] tensor, so one gather serves all planes.
  g.op("Gather", [g.reshape(gradient, [-1]), input(1)]),
];
