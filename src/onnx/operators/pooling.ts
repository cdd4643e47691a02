/** MaxPool with switches and MaxUnpool that they drive. */
import { ShapeError } from "../../errors.ts";
import { type Dim, formatShape, knownDim, sameShape } from "../shape.ts";
import { expectRank, fail, operator } from "./schema.ts";

export const MaxPool = operator({
  attributes: {
    kernel_shape: { kind: "ints" },
    strides: { kind: "ints", default: [1, 1] },
    pads: { kind: "ints", default: [0, 0, 0, 0] },
    dilations: { kind: "ints", default: [1, 1] },
    ceil_mode: { kind: "int", default: 0 },
    storage_order: { kind: "int", default: 0 },
  },
  inputs: [1, 1],
  infer(context) {
    const input = expectRank(context, 0, 4, "[n, c, h, w]");
    const [kernel, strides, pads] = [context.ints("kernel_shape"), context.ints("strides"), context.ints("pads")];
    const ceil = context.int("ceil_mode") === 1;
    const spatial = [0, 1].map((axis): Dim => {
      const size = knownDim(input[axis + 2], context.where) + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0);
      const stride = strides[axis] ?? 1;
      const steps = (size - (kernel[axis] ?? 1)) / stride;
      // A last window that would start behind the input is left out.
      const start = knownDim(input[axis + 2], context.where) + (pads[axis] ?? 0);
      const result = ceil ? Math.min(Math.ceil(steps), Math.ceil(start / stride) - 1) + 1 : Math.floor(steps) + 1;
      if (result < 1) fail(context, `an input at least as large as the window, ${kernel[axis]} px`);
      return result;
    });
    const shape = [input[0] as Dim, input[1] as Dim, ...spatial];
    // The second output holds the switches: flat positions over the whole [n, c, h, w] tensor.
    return [
      { type: context.input(0).type, shape },
      { type: "int64", shape },
    ];
  },
});

export const MaxUnpool = operator({
  attributes: {
    kernel_shape: { kind: "ints" },
    strides: { kind: "ints", default: [1, 1] },
    pads: { kind: "ints", default: [0, 0, 0, 0] },
  },
  inputs: [2, 3],
  infer(context) {
    const input = expectRank(context, 0, 4, "[n, c, h, w]");
    const switches = context.input(1);
    if (switches.type !== "int64" || !sameShape(switches.shape, input)) {
      throw new ShapeError(
        `${context.where}: expected int64 switches of the shape of the input ${formatShape(input)}, ` +
          `got ${switches.type} ${formatShape(switches.shape)}.`,
      );
    }
    const requested = context.inputs[2] === undefined ? undefined : context.dims(2);
    if (requested !== undefined) return [{ type: context.input(0).type, shape: requested }];
    const [kernel, strides, pads] = [context.ints("kernel_shape"), context.ints("strides"), context.ints("pads")];
    const spatial = [0, 1].map((axis): Dim => {
      const size = knownDim(input[axis + 2], context.where);
      return (size - 1) * (strides[axis] ?? 1) + (kernel[axis] ?? 1) - (pads[axis] ?? 0) - (pads[axis + 2] ?? 0);
    });
    return [{ type: context.input(0).type, shape: [input[0] as Dim, input[1] as Dim, ...spatial] }];
  },
});
