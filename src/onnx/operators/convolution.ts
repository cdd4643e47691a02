/** Conv and ConvTranspose over two spatial axes; weights `[out, in, kh, kw]` and `[in, out, kh, kw]`. */
import { type Dim, formatShape, knownDim, type Shape } from "../shape.ts";
import { expectRank, fail, type InferenceContext, operator } from "./schema.ts";

const ATTRIBUTES = {
  kernel_shape: { kind: "ints", default: [] },
  strides: { kind: "ints", default: [1, 1] },
  /** top, left, bottom, right */
  pads: { kind: "ints", default: [0, 0, 0, 0] },
  dilations: { kind: "ints", default: [1, 1] },
  group: { kind: "int", default: 1 },
} as const;

function checkedWeight(context: InferenceContext, inAxis: number): { weight: Shape; input: Shape } {
  const input = expectRank(context, 0, 4, "[n, c, h, w]");
  const weight = expectRank(context, 1, 4, inAxis === 1 ? "[out, in, kh, kw]" : "[in, out, kh, kw]");
  if (context.int("group") !== 1 || context.ints("dilations").some((dilation) => dilation !== 1)) {
    fail(context, "group 1 and dilations [1, 1]");
  }
  if (input[1] !== weight[inAxis]) {
    fail(context, `a weight for ${input[1]} input channels (its axis ${inAxis})`);
  }
  const bias = context.inputs[2];
  const channels = weight[1 - inAxis];
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    fail(context, `a bias of shape [${channels}] (not ${formatShape(bias.shape)})`);
  }
  return { weight, input };
}

export const Conv = operator({
  attributes: ATTRIBUTES,
  inputs: [2, 3],
  infer(context) {
    const { weight, input } = checkedWeight(context, 1);
    const [strides, pads] = [context.ints("strides"), context.ints("pads")];
    const spatial = [0, 1].map((axis): Dim => {
      const size = knownDim(input[axis + 2], context.where) + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0);
      const kernel = knownDim(weight[axis + 2], context.where);
      if (size < kernel) fail(context, `a padded input at least as large as the kernel, ${kernel} px`);
      return Math.floor((size - kernel) / (strides[axis] ?? 1)) + 1;
    });
    return [{ type: context.input(0).type, shape: [input[0] as Dim, weight[0] as Dim, ...spatial] }];
  },
});

export const ConvTranspose = operator({
  attributes: { ...ATTRIBUTES, output_padding: { kind: "ints", default: [0, 0] } },
  inputs: [2, 3],
  infer(context) {
    const { weight, input } = checkedWeight(context, 0);
    const [strides, pads, extra] = [context.ints("strides"), context.ints("pads"), context.ints("output_padding")];
    const spatial = [0, 1].map((axis): Dim => {
      const size = (knownDim(input[axis + 2], context.where) - 1) * (strides[axis] ?? 1);
      const kernel = knownDim(weight[axis + 2], context.where) + (extra[axis] ?? 0);
      const result = size + kernel - (pads[axis] ?? 0) - (pads[axis + 2] ?? 0);
      if (result < 1) fail(context, "paddings smaller than the output");
      return result;
    });
    return [{ type: context.input(0).type, shape: [input[0] as Dim, weight[1] as Dim, ...spatial] }];
  },
});
