/** For every operator of the library, calls on which the interpreter is compared with ONNX Runtime. */
import { type AttributesOf, type DataType, dataTypeCode, type OperatorName } from "../../src/onnx/index.ts";

/** An input of a call: numbers in [0, 1) turned into what the operator needs, or an int64 constant of the graph. */
type CaseInput =
  | { readonly kind: "feed"; readonly type: DataType; readonly shape: readonly number[]; readonly from: Source }
  | { readonly kind: "constant"; readonly numbers: readonly number[] }
  | undefined;

type Source = (uniform: number, position: number) => number;

export interface RuntimeCase<K extends OperatorName> {
  readonly inputs: readonly CaseInput[];
  readonly attributes?: AttributesOf<K>;
  /** How many outputs to ask for; 1 if not given. */
  readonly outputs?: number;
}

const feed = (type: DataType, shape: readonly number[], from: Source): CaseInput => ({
  kind: "feed",
  type,
  shape,
  from,
});
const float = (...shape: number[]): CaseInput => feed("float32", shape, (u) => 4 * u - 2);
const positive = (...shape: number[]): CaseInput => feed("float32", shape, (u) => 0.1 + 2 * u);
/** Many ties and exact zeros. */
const steps = (...shape: number[]): CaseInput => feed("float32", shape, (u) => Math.floor(5 * u) - 2);
const bools = (...shape: number[]): CaseInput => feed("bool", shape, (u) => Math.floor(2 * u));
/** Whole numbers from `low` to `high`. */
const whole = (type: "int64" | "int32", low: number, high: number, ...shape: number[]): CaseInput =>
  feed(type, shape, (u) => low + Math.floor(u * (high - low + 1)));
const exactly = (type: DataType, shape: readonly number[], numbers: readonly number[]): CaseInput =>
  feed(type, shape, (_, position) => numbers[position] ?? Number.NaN);
const ints = (...numbers: number[]): CaseInput => ({ kind: "constant", numbers });

type Cases<K extends OperatorName> = readonly RuntimeCase<K>[];

const unary: Cases<"Neg"> = [{ inputs: [float(2, 3)] }, { inputs: [float()] }];
const positiveUnary: Cases<"Log"> = [{ inputs: [positive(2, 3)] }];
const arithmetic: Cases<"Add"> = [
  { inputs: [float(2, 3), float(2, 3)] },
  { inputs: [float(2, 1, 4), float(3, 1)] },
  { inputs: [float(), float(2)] },
];
const comparison: Cases<"Less"> = [{ inputs: [steps(3, 4), steps(4)] }, { inputs: [steps(2, 1), steps(1, 3)] }];
const logic: Cases<"And"> = [{ inputs: [bools(2, 4), bools(4)] }];
const reduction: Cases<"ReduceSum"> = [
  { inputs: [float(2, 3, 4), ints(1)] },
  { inputs: [float(2, 3, 4), ints(-1, 0)], attributes: { keepdims: 0 } },
  { inputs: [float(2, 3)] },
  { inputs: [float(2, 3)], attributes: { noop_with_empty_axes: 1 } },
];
const softmax: Cases<"Softmax"> = [{ inputs: [float(2, 5)] }, { inputs: [float(2, 3, 2, 2)], attributes: { axis: 1 } }];

export const RUNTIME_CASES: { readonly [K in OperatorName]: Cases<K> } = {
  Conv: [
    { inputs: [float(2, 3, 7, 6), float(4, 3, 3, 2), float(4)], attributes: { strides: [2, 1], pads: [1, 0, 2, 1] } },
    { inputs: [float(1, 2, 4, 5), float(3, 2, 1, 1)], attributes: { kernel_shape: [1, 1], group: 1 } },
  ],
  ConvTranspose: [
    { inputs: [float(2, 3, 3, 4), float(3, 2, 4, 3), float(2)], attributes: { strides: [2, 3], pads: [1, 0, 0, 1] } },
    {
      inputs: [float(1, 2, 3, 2), float(2, 3, 3, 3)],
      attributes: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] },
    },
  ],
  MaxPool: [
    { inputs: [steps(2, 3, 6, 4)], attributes: { kernel_shape: [2, 2], strides: [2, 2] }, outputs: 2 },
    { inputs: [float(2, 2, 5, 7)], attributes: { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }, outputs: 2 },
    {
      inputs: [steps(1, 2, 5, 6)],
      attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] },
      outputs: 2,
    },
    { inputs: [float(1, 1, 5, 5)], attributes: { kernel_shape: [3, 3] } },
  ],
  MaxUnpool: [
    {
      inputs: [float(1, 2, 1, 2), exactly("int64", [1, 2, 1, 2], [5, 3, 8, 14])],
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
    {
      inputs: [float(1, 2, 1, 2), exactly("int64", [1, 2, 1, 2], [6, 3, 15, 29]), ints(1, 2, 3, 5)],
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
  ],
  BatchNormalization: [
    { inputs: [float(2, 3, 4, 2), float(3), float(3), float(3), positive(3)], attributes: { epsilon: 0.01 } },
    {
      inputs: [float(3, 2, 2, 3), float(2), float(2), float(2), positive(2)],
      attributes: { training_mode: 1, momentum: 0.8 },
      outputs: 3,
    },
  ],
  Softmax: softmax,
  LogSoftmax: softmax,
  SoftmaxCrossEntropyLoss: [
    { inputs: [float(2, 4, 3, 2), whole("int64", 0, 3, 2, 3, 2)], outputs: 2 },
    {
      inputs: [float(2, 4, 5), whole("int32", 0, 3, 2, 5), positive(4)],
      attributes: { ignore_index: 2, reduction: "mean" },
    },
    { inputs: [float(5, 4), whole("int64", 0, 3, 5), positive(4)], attributes: { ignore_index: 1, reduction: "sum" } },
    {
      inputs: [float(5, 3), exactly("int64", [5], [0, 255, 2, 1, 255])],
      attributes: { ignore_index: 255, reduction: "none" },
    },
  ],
  MatMul: [
    { inputs: [float(3, 4), float(4, 2)] },
    { inputs: [float(2, 1, 3, 4), float(5, 4, 2)] },
    { inputs: [float(1, 4), float(2, 4, 3)] },
  ],
  FusedMatMul: [
    { inputs: [float(4, 3), float(2, 4)], attributes: { transA: 1, transB: 1, alpha: 0.5 } },
    { inputs: [float(2, 3, 4), float(2, 5, 4)], attributes: { transB: 1 } },
  ],
  Gemm: [
    { inputs: [float(3, 4), float(4, 2)] },
    { inputs: [float(4, 3), float(2, 4), float(2)], attributes: { transA: 1, transB: 1, alpha: 0.5, beta: 2 } },
    { inputs: [float(3, 4), float(4, 2), float(3, 1)] },
  ],
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ArgMax: [
    { inputs: [steps(3, 7)], attributes: { axis: 1 } },
    { inputs: [steps(5, 2)], attributes: { keepdims: 0 } },
  ],
  Relu: [{ inputs: [steps(3, 4)] }, { inputs: [float(2)] }],
  Neg: unary,
  Abs: unary,
  Exp: unary,
  Log: positiveUnary,
  Sqrt: positiveUnary,
  Reciprocal: positiveUnary,
  Sign: [{ inputs: [steps(3, 4)] }],
  Sigmoid: unary,
  Identity: unary,
  Not: [{ inputs: [bools(5)] }],
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: [...arithmetic, { inputs: [whole("int64", -9, 9, 8), exactly("int64", [8], [2, -2, 3, -3, 4, -4, 5, 1])] }],
  Pow: [{ inputs: [positive(2, 3), float(3)] }, { inputs: [float(4), exactly("float32", [], [2])] }],
  Min: arithmetic,
  Max: arithmetic,
  Equal: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  And: logic,
  Or: logic,
  Where: [{ inputs: [bools(3, 1), float(4), float(3, 4)] }],
  Cast: [
    { inputs: [exactly("float32", [5], [2.7, -2.7, 0.5, -0.5, 3])], attributes: { to: dataTypeCode("int64") } },
    { inputs: [exactly("float32", [4], [0, 0.5, -3, 1])], attributes: { to: dataTypeCode("bool") } },
    { inputs: [whole("int32", -3, 3, 6)], attributes: { to: dataTypeCode("float32") } },
  ],
  Reshape: [{ inputs: [float(2, 3, 4), ints(0, -1, 2)] }, { inputs: [float(2, 6), ints(3, 4)] }],
  Flatten: [{ inputs: [float(2, 3, 4)] }, { inputs: [float(2, 3, 4)], attributes: { axis: -1 } }],
  Squeeze: [{ inputs: [float(1, 3, 1, 2), ints(-2)] }],
  Unsqueeze: [{ inputs: [float(2, 3), ints(-1, 0)] }],
  Transpose: [{ inputs: [float(2, 3, 4)] }, { inputs: [float(2, 3, 4)], attributes: { perm: [1, 2, 0] } }],
  Slice: [
    { inputs: [float(4, 6), ints(1), ints(4)] },
    { inputs: [float(4, 6), ints(-1, 1), ints(-100, 6), ints(0, -1), ints(-1, 2)] },
    { inputs: [float(3, 7), ints(-2), ints(0), ints(1), ints(-3)] },
    { inputs: [float(3, 4), ints(0), ints(1000), ints(1)] },
  ],
  Concat: [{ inputs: [float(2, 3), float(2, 1), float(2, 2)], attributes: { axis: -1 } }],
  Pad: [
    { inputs: [float(2, 3), ints(1, 0, 0, 2)] },
    { inputs: [float(4, 4), ints(-1, 1, 0, -1), exactly("float32", [], [3])] },
  ],
  Expand: [{ inputs: [float(3, 1), ints(2, 1, 4)] }, { inputs: [float(3, 4), ints(1)] }],
  Gather: [
    { inputs: [float(4, 3), whole("int64", -4, 3, 2, 2)] },
    { inputs: [float(2, 5, 3), whole("int32", 0, 4, 3)], attributes: { axis: 1 } },
  ],
  ScatterElements: [
    { inputs: [float(3, 4), exactly("int64", [2, 2], [0, -1, 2, 0]), float(2, 2)] },
    { inputs: [float(3, 4), whole("int64", -4, 3, 2, 5), float(2, 5)], attributes: { axis: 1, reduction: "add" } },
  ],
  Shape: [{ inputs: [float(2, 3, 4)] }],
  Resize: [
    ...[6, 9, 2, 1].flatMap((height): Cases<"Resize"> => {
      const inputs = [float(1, 2, 5, 4), undefined, undefined, ints(1, 2, height, 7)];
      return (["half_pixel", "asymmetric", "align_corners"] as const).flatMap(
        (mode): Cases<"Resize"> => [
          { inputs, attributes: { mode: "linear", coordinate_transformation_mode: mode } },
          { inputs, attributes: { mode: "nearest", coordinate_transformation_mode: mode } },
          { inputs, attributes: { mode: "nearest", coordinate_transformation_mode: mode, nearest_mode: "floor" } },
        ],
      );
    }),
    ...[3, 8].map((height) => ({
      inputs: [float(1, 2, 7, 5), undefined, undefined, ints(1, 2, height, 2)],
      attributes: { mode: "linear", antialias: 1 },
    })),
  ],
};
