/** Every operator that the reference interpreter knows, by its ONNX name. */
import type { Operator } from "../operator-call.ts";
import { ARRANGEMENTS } from "./arrangement.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { conv, convTranspose } from "./convolution.ts";
import { constantOfShape, range } from "./creation.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { GATHERS } from "./gather.ts";
import { LOGIC } from "./logic.ts";
import { fusedMatMul, gemm, matMul } from "./matrix-product.ts";
import { maxPool, maxUnpool } from "./pooling.ts";
import { REDUCTIONS } from "./reduction.ts";
import { resize } from "./resize.ts";
import { SHAPES } from "./shape.ts";
import { logSoftmax, softmax, softmaxCrossEntropyLoss } from "./softmax.ts";

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    Conv: conv,
    ConvTranspose: convTranspose,
    Gemm: gemm,
    MatMul: matMul,
    FusedMatMul: fusedMatMul,
    MaxPool: maxPool,
    MaxUnpool: maxUnpool,
    BatchNormalization: batchNormalization,
    Softmax: softmax,
    LogSoftmax: logSoftmax,
    SoftmaxCrossEntropyLoss: softmaxCrossEntropyLoss,
    ConstantOfShape: constantOfShape,
    Range: range,
    Resize: resize,
    ...ELEMENTWISE,
    ...LOGIC,
    ...REDUCTIONS,
    ...SHAPES,
    ...ARRANGEMENTS,
    ...GATHERS,
  }),
);
