/** MaxPool: the whole gradient goes to the position of the maximum. */
import { type GraphBuilder, knownDim, type ValueInfo } from "../../onnx/index.ts";
import type { Rule, RuleContext } from "../rule.ts";
import { reshapeTo } from "./broadcast.ts";

export const maxPool: Rule = (context) => {
  const { g, attributes, input, gradient } = context;
  const switches = switchesOf(context);
  if (!windowsTile(context)) return [scatterAdd(g, gradient, switches, input(0))];
  // Each position is the maximum of one window at most: unpooling with the switches puts the gradient there.
  const [kernel_shape, strides] = [attributes.ints("kernel_shape"), attributes.ints("strides")];
  return [g.op("MaxUnpool", [gradient, switches, g.op("Shape", [input(0)])], { kernel_shape, strides })];
};

/** Whether windows neither overlap nor reach beyond the input, as they may with pads or in ceil mode. */
function windowsTile({ node, attributes, input, output }: RuleContext): boolean {
  const [kernel, strides] = [attributes.ints("kernel_shape"), attributes.ints("strides")];
  return [0, 1].every((axis) => {
    const [size, stride] = [kernel[axis] ?? 1, strides[axis] ?? 1];
    const windows = knownDim(output(0).shape[axis + 2], node.name);
    return size <= stride && (windows - 1) * stride + size <= knownDim(input(0).shape[axis + 2], node.name);
  });
}

/** Adds each element of the gradient to the position that its switch names, in zeros of the shape of `like`. */
function scatterAdd(g: GraphBuilder, gradient: ValueInfo, switches: ValueInfo, like: ValueInfo): ValueInfo {
  // Switches are flat positions over the whole [n, c, h, w] tensor.
  const flat = g.reshape(like, [-1]);
  const zeros = g.op("Expand", [g.constant("float32", [1], [0]), g.op("Shape", [flat])]);
  const updates = [zeros, g.reshape(switches, [-1]), g.reshape(gradient, [-1])];
  return reshapeTo(g, g.op("ScatterElements", updates, { reduction: "add" }), like.shape);
}

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
