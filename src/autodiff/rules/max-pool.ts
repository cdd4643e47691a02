/** MaxPool: the whole gradient goes to the position of the maximum, which is what unpooling with the switches does. */
import { OptionError } from "../../errors.ts";
import type { ValueInfo } from "../../onnx/index.ts";
import type { Rule, RuleContext } from "../rule.ts";

export const maxPool: Rule = (context) => {
  const { g, node, attributes, input, gradient } = context;
  const [kernel_shape, strides] = [attributes.ints("kernel_shape"), attributes.ints("strides")];
  if (kernel_shape.some((size, axis) => size > (strides[axis] ?? 1))) {
    throw new OptionError(
      `differentiate: expected MaxPool "${node.name}" with windows that do not overlap, got a kernel of ${kernel_shape.join("x")} with stride ${strides.join("x")}.`,
    );
  }
  // Switches are flat positions in the whole tensor: the pads of the pooling are already in them.
  return [g.op("MaxUnpool", [gradient, switchesOf(context), g.op("Shape", [input(0)])], { kernel_shape, strides })];
};

/** The pooling's own switches; a pooling that does not put them out is run once more for them. */
function switchesOf({ g, node, outputs, input }: RuleContext): ValueInfo {
  const given = outputs[1];
  if (given !== undefined) return given;
  const [pooled, switches] = g.addNode({
    ...node,
    name: `grad/${node.name}/pooled`,
    inputs: [input(0).name],
    outputs: [`grad/${node.name}/pooled`, `grad/${node.name}/switches`],
  });
  return switches ?? (pooled as ValueInfo);
}
