/** Pad with a constant: the gradient of the inner part; negative pads (crops) put zeros back. */
import type { Rule } from "../rule.ts";

export const pad: Rule = ({ g, node, gradient }) => {
  const pads = g.constantInts(node.inputs[1] ?? "") ?? [];
  return [
    g.pad(
      gradient,
      pads.map((size) => -size),
    ),
  ];
};
