/** The gradient rules by operator. */
import type { Rule } from "../rule.ts";
import { add, sub } from "./add-sub.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { concat } from "./concat.ts";
import { conv } from "./conv.ts";
import { convTranspose } from "./conv-transpose.ts";
import { gemm } from "./gemm.ts";
import { matMul } from "./matmul.ts";
import { maxPool } from "./max-pool.ts";
import { maxUnpool } from "./max-unpool.ts";
import { div, mul } from "./mul-div.ts";
import { pad } from "./pad.ts";
import { reduceMean, reduceSum } from "./reduce.ts";
import { relu } from "./relu.ts";
import { expand, reshape, transpose } from "./reshape.ts";
import { resize } from "./resize.ts";
import { slice } from "./slice.ts";
import { logSoftmax, softmax } from "./softmax.ts";
import { softmaxCrossEntropyLoss } from "./softmax-cross-entropy.ts";
import { abs, cast, exp, identity, log, neg, reciprocal, sigmoid, sqrt } from "./unary.ts";
import { where } from "./where.ts";

export const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["Abs", abs],
  ["Add", add],
  ["BatchNormalization", batchNormalization],
  ["Cast", cast],
  ["Concat", concat],
  ["Conv", conv],
  ["ConvTranspose", convTranspose],
  ["Div", div],
  ["Exp", exp],
  ["Expand", expand],
  ["Flatten", reshape],
  ["Gemm", gemm],
  ["Identity", identity],
  ["Log", log],
  ["LogSoftmax", logSoftmax],
  ["MatMul", matMul],
  ["MaxPool", maxPool],
  ["MaxUnpool", maxUnpool],
  ["Mul", mul],
  ["Neg", neg],
  ["Pad", pad],
  ["Reciprocal", reciprocal],
  ["ReduceMean", reduceMean],
  ["ReduceSum", reduceSum],
  ["Relu", relu],
  ["Reshape", reshape],
  ["Resize", resize],
  ["Sigmoid", sigmoid],
  ["Slice", slice],
  ["Softmax", softmax],
  ["SoftmaxCrossEntropyLoss", softmaxCrossEntropyLoss],
  ["Sqrt", sqrt],
  ["Squeeze", reshape],
  ["Sub", sub],
  ["Transpose", transpose],
  ["Unsqueeze", reshape],
  ["Where", where],
]);

/** Operators whose outputs are piecewise constant in their inputs: no gradient passes through them. */
export const NOT_DIFFERENTIABLE: ReadonlySet<string> = new Set([
  "ArgMax",
  "Equal",
  "Greater",
  "GreaterOrEqual",
  "Less",
  "LessOrEqual",
  "And",
  "Or",
  "Not",
  "Sign",
  "Shape",
]);
