/** The operators that the library builds, infers and prints. ONNX opset 18, the first in which axes are inputs everywhere. */

import { Conv, ConvTranspose } from "./convolution.ts";
import * as elementwise from "./elementwise.ts";
import { FusedMatMul, Gemm, MatMul } from "./matmul.ts";
import * as movement from "./movement.ts";
import { BatchNormalization, LogSoftmax, Softmax, SoftmaxCrossEntropyLoss } from "./normalization.ts";
import { MaxPool, MaxUnpool } from "./pooling.ts";
import { ArgMax, ReduceMax, ReduceMean, ReduceMin, ReduceProd, ReduceSum } from "./reduction.ts";
import type { AttributeKind, OperatorSchema } from "./schema.ts";

const { Shape$, ...movements } = movement;

export const OPERATORS = Object.freeze({
  Conv,
  ConvTranspose,
  MaxPool,
  MaxUnpool,
  BatchNormalization,
  Softmax,
  LogSoftmax,
  SoftmaxCrossEntropyLoss,
  MatMul,
  FusedMatMul,
  Gemm,
  ReduceSum,
  ReduceMean,
  ReduceMax,
  ReduceMin,
  ReduceProd,
  ArgMax,
  ...elementwise,
  ...movements,
  Shape: Shape$,
});

export type OperatorName = keyof typeof OPERATORS;

type ValueOf = { int: number; float: number; string: string; ints: readonly number[] };

/** The attributes of an operator as the builder takes them. */
export type AttributesOf<K extends OperatorName> = {
  readonly [A in keyof (typeof OPERATORS)[K]["attributes"]]?: (typeof OPERATORS)[K]["attributes"][A] extends {
    readonly kind: infer T extends AttributeKind;
  }
    ? ValueOf[T]
    : never;
};

/** The schema of an operator, or `undefined` if the library does not know it. */
export function findOperator(op: string): OperatorSchema | undefined {
  return Object.hasOwn(OPERATORS, op) ? OPERATORS[op as OperatorName] : undefined;
}
