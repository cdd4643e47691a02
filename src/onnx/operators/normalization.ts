/** Batch normalisation, softmax and the loss on top of it. */
import { type Dim, formatShape, normalizeAxis, sameShape } from "../shape.ts";
import { fail, operator } from "./schema.ts";

export const BatchNormalization = operator({
  attributes: {
    epsilon: { kind: "float", default: 1e-5 },
    momentum: { kind: "float", default: 0.9 },
    training_mode: { kind: "int", default: 0 },
  },
  inputs: [5, 5],
  infer(context) {
    const { shape, type } = context.input(0);
    const channels = shape[1];
    for (const index of [1, 2, 3, 4]) {
      const parameter = context.input(index).shape;
      if (parameter.length !== 1 || parameter[0] !== channels) {
        fail(context, `scale, shift, mean and variance of shape [${channels}] (not ${formatShape(parameter)})`);
      }
    }
    const statistics = { type, shape: [channels as Dim] };
    return [{ type, shape }, statistics, statistics].slice(0, context.outputCount);
  },
});

const softmaxLike = operator({
  attributes: { axis: { kind: "int", default: -1 } },
  inputs: [1, 1],
  infer(context) {
    const { shape, type } = context.input(0);
    normalizeAxis(context.int("axis"), shape.length, context.where);
    return [{ type, shape }];
  },
});

export const Softmax = softmaxLike;
export const LogSoftmax = softmaxLike;

/** Per-pixel softmax cross-entropy; scores `[n, classes, h, w]`, labels `[n, h, w]`, optional class weights `[classes]`. */
export const SoftmaxCrossEntropyLoss = operator({
  attributes: { ignore_index: { kind: "int", default: -1 }, reduction: { kind: "string", default: "mean" } },
  inputs: [2, 3],
  infer(context) {
    const { shape, type } = context.input(0);
    const labels = context.input(1);
    const pixels = [shape[0] as Dim, ...shape.slice(2)];
    if (shape.length < 2 || !sameShape(labels.shape, pixels)) fail(context, `labels of shape ${formatShape(pixels)}`);
    if (labels.type !== "int32" && labels.type !== "int64") fail(context, `int32 or int64 labels (not ${labels.type})`);
    const weights = context.inputs[2];
    if (weights !== undefined && !sameShape(weights.shape, [shape[1] as Dim]))
      fail(context, `class weights of shape [${shape[1]}]`);
    const reduction = context.string("reduction");
    if (!["mean", "sum", "none"].includes(reduction)) fail(context, `reduction mean, sum or none (not ${reduction})`);
    const outputs = [
      { type, shape: reduction === "none" ? pixels : [] },
      { type, shape },
    ];
    return outputs.slice(0, context.outputCount);
  },
});
