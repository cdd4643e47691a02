/** Gradient checks of single operators: at least one for each rule, on the shapes at which rules go wrong. */
import { type AttributesOf, dataTypeCode, type OperatorName } from "../../src/onnx/index.ts";
import type { CaseInput, GradientCase } from "./gradient-case.ts";

type Inputs = Readonly<Record<string, CaseInput>>;

const float = (...shape: (number | string)[]): CaseInput => ({ shape });
const positive = (...shape: (number | string)[]): CaseInput => ({ shape, from: (u) => 0.5 + u });
const fixed = (input: CaseInput): CaseInput => ({ ...input, differentiated: false });

/** A node of `op` on the inputs in their order. */
function on<K extends OperatorName>(
  op: K,
  about: string,
  inputs: Inputs,
  attributes: AttributesOf<K> = {},
): GradientCase {
  const names = Object.keys(inputs);
  return { subject: op, about, inputs, build: (g, input) => g.op(op, names.map(input), attributes) };
}

/** The same with constant integer vectors behind the inputs; `undefined` leaves an input out. */
function withInts<K extends OperatorName>(
  op: K,
  about: string,
  inputs: Inputs,
  vectors: readonly (readonly number[] | undefined)[],
  attributes: AttributesOf<K> = {},
): GradientCase {
  const names = Object.keys(inputs);
  const build: GradientCase["build"] = (g, input) =>
    g.op(op, [...names.map(input), ...vectors.map((numbers) => numbers && g.ints(numbers))], attributes);
  return { subject: op, about, inputs, build };
}

const ELEMENTWISE: readonly GradientCase[] = [
  on("Abs", "both signs", { x: float(2, 5) }),
  on("Add", "one shape", { a: float(2, 3), b: float(2, 3) }),
  on("Add", "broadcast both ways", { a: float(2, 1, 4), b: float(3, 1) }),
  on("Add", "symbolic batch and a bias", { a: float("N", 2, 3), b: float(2, 1) }),
  on("Add", "a scalar", { a: float(2, 3), b: float() }),
  on("Sub", "broadcast both ways", { a: float(2, 1, 4), b: float(3, 1) }),
  on("Mul", "broadcast both ways", { a: float(2, 1, 4), b: float(3, 1) }),
  on("Mul", "symbolic batch against one image", { a: float("N", 2), b: float(1, 2) }),
  { ...on("Mul", "a value by itself", { x: float(2, 3) }), build: (g, input) => g.mul(input("x"), input("x")) },
  on("Div", "broadcast both ways", { a: float(2, 1, 4), b: positive(3, 1) }),
  on("Exp", "", { x: float(2, 3) }),
  on("Log", "", { x: positive(2, 3) }),
  on("Neg", "", { x: float(2, 3) }),
  on("Reciprocal", "", { x: positive(2, 3) }),
  on("Relu", "both signs", { x: float(3, 5) }),
  on("Sigmoid", "", { x: float(2, 3) }),
  on("Sqrt", "", { x: positive(2, 3) }),
  on("Identity", "", { x: float(2, 3) }),
  {
    ...on("Cast", "to float64 and back", { x: float(2, 3) }),
    build: (g, input) => g.op("Cast", [g.cast(input("x"), "float64")], { to: dataTypeCode("float32") }),
  },
  on("Where", "condition and branches broadcast", {
    condition: { shape: [3, 1], type: "bool", from: (u) => Math.floor(2 * u) },
    a: float(2, 3, 1),
    b: float(1, 4),
  }),
];

const MATRICES: readonly GradientCase[] = [
  on("MatMul", "two matrices", { a: float(3, 4), b: float(4, 2) }),
  on("MatMul", "stacks that broadcast", { a: float(2, 1, 3, 4), b: float(5, 4, 2) }),
  on("MatMul", "symbolic batch against one matrix", { a: float("N", 3, 4), b: float(4, 2) }),
  ...[0, 1].flatMap((transA) =>
    [0, 1].map((transB) => {
      const inputs = { a: transA ? float(4, 3) : float(3, 4), b: transB ? float(2, 4) : float(4, 2), c: float(2) };
      const attributes = { transA, transB, alpha: 0.5, beta: 1.5 };
      return on("Gemm", `transA ${transA}, transB ${transB}, alpha and beta, bias of a row`, inputs, attributes);
    }),
  ),
  on("Gemm", "without bias", { a: float("N", 4), b: float(4, 2) }),
  on("Gemm", "bias of a column", { a: float(3, 4), b: float(4, 2), c: float(3, 1) }),
  on("Gemm", "bias of one number", { a: float(3, 4), b: float(4, 2), c: float(1) }),
];

const CONVOLUTIONS: readonly GradientCase[] = [
  on(
    "Conv",
    "3x3, pad 1, symbolic batch",
    { x: float("N", 2, 4, 5), w: float(3, 2, 3, 3), b: float(3) },
    { pads: [1, 1, 1, 1] },
  ),
  on(
    "Conv",
    "3x3, stride 2 on odd and even sizes",
    { x: float(2, 2, 7, 6), w: float(2, 2, 3, 3), b: float(2) },
    { strides: [2, 2], pads: [1, 1, 1, 1] },
  ),
  on(
    "Conv",
    "2x3, stride 2x3, four different pads",
    { x: float(1, 2, 6, 7), w: float(2, 2, 2, 3) },
    { strides: [2, 3], pads: [1, 0, 2, 1] },
  ),
  on("Conv", "kernel as large as the input", { x: float("N", 2, 3, 3), w: float(4, 2, 3, 3), b: float(4) }),
  on(
    "Conv",
    "kernel as large as the padded input",
    { x: float(2, 2, 3, 3), w: float(2, 2, 5, 5), b: float(2) },
    { pads: [1, 1, 1, 1] },
  ),
  on("Conv", "1x1", { x: float(2, 3, 2, 3), w: float(4, 3, 1, 1), b: float(4) }),
  on("Conv", "1x1, stride 2", { x: float(1, 3, 5, 4), w: float(2, 3, 1, 1) }, { strides: [2, 2] }),
  on(
    "ConvTranspose",
    "3x3, pad 1, symbolic batch",
    { x: float("N", 3, 3, 4), w: float(3, 2, 3, 3), b: float(2) },
    { pads: [1, 1, 1, 1] },
  ),
  on("ConvTranspose", "4x4, stride 2", { x: float(1, 2, 3, 2), w: float(2, 2, 4, 4) }, { strides: [2, 2] }),
  on("ConvTranspose", "from one pixel", { x: float("N", 3, 1, 1), w: float(3, 2, 3, 3), b: float(2) }),
  on(
    "ConvTranspose",
    "stride 2, pads, output padding",
    { x: float(2, 2, 3, 2), w: float(2, 3, 3, 3), b: float(3) },
    { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] },
  ),
  on(
    "ConvTranspose",
    "3x2, four different pads",
    { x: float(1, 2, 4, 4), w: float(2, 2, 3, 2) },
    { pads: [1, 0, 0, 1] },
  ),
  on(
    "ConvTranspose",
    "pads larger than the kernel allows a convolution",
    { x: float(1, 2, 5, 5), w: float(2, 2, 2, 2) },
    { pads: [2, 2, 2, 2] },
  ),
];

const POOLINGS: readonly GradientCase[] = [
  on("MaxPool", "2x2, symbolic batch", { x: float("N", 2, 4, 6) }, { kernel_shape: [2, 2], strides: [2, 2] }),
  on("MaxPool", "2x2 on odd sizes, cut", { x: float(2, 2, 5, 7) }, { kernel_shape: [2, 2], strides: [2, 2] }),
  on(
    "MaxPool",
    "2x2 on odd sizes, ceil mode",
    { x: float("N", 2, 5, 7) },
    { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 },
  ),
  on(
    "MaxPool",
    "3x3 with stride 2 and pads: windows overlap",
    { x: float("N", 2, 7, 6) },
    { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  ),
  {
    subject: "MaxUnpool",
    about: "with switches of a pooling of the same tensor",
    inputs: { x: float("N", 2, 4, 6) },
    build(g, input) {
      const window = { kernel_shape: [2, 2], strides: [2, 2] };
      const [pooled, switches] = g.ops("MaxPool", [input("x")], window, { outputs: ["pooled", "switches"] });
      return g.op("MaxUnpool", [pooled, switches], window);
    },
  },
  {
    subject: "MaxUnpool",
    about: "into an odd size that is given",
    inputs: {
      x: float(1, 1, 2, 3),
      switches: { shape: [1, 1, 2, 3], type: "int64", from: (_, i) => [8, 3, 5, 22, 17, 34][i] ?? 0 },
    },
    build: (g, input) =>
      g.op("MaxUnpool", [input("x"), input("switches"), g.ints([1, 1, 5, 7])], {
        kernel_shape: [2, 2],
        strides: [2, 2],
      }),
  },
];

const BATCH_NORM_INPUTS = {
  x: float("N", 2, 3, 2),
  scale: positive(2),
  shift: float(2),
  mean: fixed(float(2)),
  variance: fixed(positive(2)),
};

const NORMALIZATIONS: readonly GradientCase[] = [
  on("BatchNormalization", "stored statistics", BATCH_NORM_INPUTS, { epsilon: 1e-3 }),
  on(
    "BatchNormalization",
    "stored statistics that vary too",
    { ...BATCH_NORM_INPUTS, x: float("N", 2) },
    { epsilon: 1e-3 },
  ),
  on("BatchNormalization", "batch statistics, not put out", BATCH_NORM_INPUTS, { epsilon: 1e-3, training_mode: 1 }),
  on(
    "BatchNormalization",
    "batch statistics, matrix",
    { ...BATCH_NORM_INPUTS, x: float("N", 2) },
    { training_mode: 1 },
  ),
  {
    ...on("BatchNormalization", "batch statistics, put out", BATCH_NORM_INPUTS),
    build(g, input) {
      const attributes = { epsilon: 1e-5, momentum: 0, training_mode: 1 };
      const inputs = Object.keys(BATCH_NORM_INPUTS).map(input);
      const [y] = g.ops("BatchNormalization", inputs, attributes, { outputs: ["y", "batch_mean", "batch_var"] });
      return y ?? g.scalar(0);
    },
  },
  on("Softmax", "classes first", { x: float("N", 4, 2, 3) }, { axis: 1 }),
  on("Softmax", "last axis", { x: float(2, 4) }),
  on("LogSoftmax", "classes first", { x: float("N", 4, 2, 3) }, { axis: 1 }),
  on("LogSoftmax", "last axis", { x: float(2, 4) }),
];

const VOID = 255;
const labelsOf = (
  about: string,
  label: (uniform: number, position: number) => number,
  type: "int32" | "int64" = "int32",
) => ({
  about,
  inputs: { scores: float("N", 4, 2, 3), labels: { shape: ["N", 2, 3], type, from: label } satisfies CaseInput },
});
const someVoid = (u: number, i: number): number => (i % 5 === 2 ? VOID : Math.floor(4 * u));

const LOSSES: readonly GradientCase[] = [
  ...(["mean", "sum", "none"] as const).map((reduction) => {
    const { about, inputs } = labelsOf(`void pixels, reduction ${reduction}`, someVoid);
    return on("SoftmaxCrossEntropyLoss", about, inputs, { ignore_index: VOID, reduction });
  }),
  ...(["mean", "sum", "none"] as const).map((reduction) => {
    const { about, inputs } = labelsOf(`void pixels, class weights, reduction ${reduction}`, someVoid, "int64");
    const weighted = { ...inputs, weights: fixed(positive(4)) };
    return on("SoftmaxCrossEntropyLoss", about, weighted, { ignore_index: VOID, reduction });
  }),
  on("SoftmaxCrossEntropyLoss", "no void pixels", labelsOf("", (u) => Math.floor(4 * u)).inputs),
  on("SoftmaxCrossEntropyLoss", "void pixels only", labelsOf("", () => VOID).inputs, { ignore_index: VOID }),
  {
    ...on("SoftmaxCrossEntropyLoss", "log probabilities put out, loss scaled", labelsOf("", someVoid).inputs),
    build(g, input) {
      const inputs = [input("scores"), input("labels")];
      const [loss] = g.ops(
        "SoftmaxCrossEntropyLoss",
        inputs,
        { ignore_index: VOID },
        { outputs: ["ce", "log_probability"] },
      );
      return g.op("Mul", [loss, g.scalar(-2.5)], {}, { name: "loss" });
    },
  },
];

const MOVEMENTS: readonly GradientCase[] = [
  withInts("Reshape", "an inferred size, symbolic batch", { x: float("N", 4, 3) }, [[-1, 6, 2]]),
  withInts("Reshape", "batch and channels swap roles", { x: float("N", 4) }, [[2, -1]]),
  on("Flatten", "symbolic batch", { x: float("N", 2, 3) }),
  on("Flatten", "axis 0", { x: float(2, 3) }, { axis: 0 }),
  withInts("Squeeze", "axes from the end", { x: float(1, 3, 1, 2) }, [[-2, 0]]),
  withInts("Unsqueeze", "axes from the end", { x: float("N", 3) }, [[-1, 1]]),
  on("Transpose", "a cycle of three axes", { x: float("N", 2, 3) }, { perm: [1, 2, 0] }),
  on("Transpose", "no permutation given", { x: float(2, 3, 4) }),
  withInts("Slice", "first axis without axes", { x: float(5, 2) }, [[1], [4]]),
  withInts("Slice", "steps of 2 and 3 beside a symbolic batch", { x: float("N", 2, 7, 8) }, [
    [1, 0],
    [7, 8],
    [2, 3],
    [2, 3],
  ]),
  withInts("Slice", "backwards, whole axis", { x: float(2, 5) }, [[-1], [Number.MIN_SAFE_INTEGER], [1], [-1]]),
  withInts("Slice", "backwards by 2 from the middle, negative axis", { x: float(2, 8) }, [[-3], [0], [-1], [-2]]),
  withInts("Slice", "ends beyond the tensor", { x: float(3, 4) }, [
    [-100, 1],
    [100, 100],
    [0, 1],
  ]),
  withInts("Slice", "one element", { x: float(3, 4) }, [[2], [3], [1], [5]]),
  on("Concat", "three tensors, last axis", { a: float("N", 3), b: float("N", 1), c: float("N", 2) }, { axis: -1 }),
  {
    ...on("Concat", "a tensor twice", { a: float(2, 3) }, { axis: 0 }),
    build: (g, input) => g.concat([input("a"), input("a")], 0),
  },
  withInts("Pad", "zeros around", { x: float("N", 3, 2) }, [[0, 1, 0, 0, 2, 1]]),
  withInts("Pad", "cropped and padded", { x: float(4, 4) }, [[-1, 1, 0, -2]]),
  withInts("Expand", "new axis and repeated axis", { x: float(3, 1) }, [[2, 1, 4]]),
  withInts("Expand", "a shape that changes nothing", { x: float(3, 4) }, [[1]]),
];

const REDUCTIONS: readonly GradientCase[] = (["ReduceSum", "ReduceMean"] as const).flatMap((op) => [
  withInts(op, "batch and pixels of a symbolic batch, axes dropped", { x: float("N", 2, 3, 2) }, [[0, 2, 3]], {
    keepdims: 0,
  }),
  withInts(op, "axes from the end, kept", { x: float(2, 3, 4) }, [[-1, 0]]),
  on(op, "all axes", { x: float("N", 3) }, { keepdims: 0 }),
  on(op, "no axes: nothing to do", { x: float(2, 3) }, { noop_with_empty_axes: 1 }),
]);

const LINEAR = { mode: "linear" } as const;
const RESIZES: readonly GradientCase[] = [
  withInts("Resize", "linear, larger", { x: float(2, 2, 3, 4) }, [undefined, undefined, [2, 2, 5, 7]], LINEAR),
  withInts("Resize", "linear, smaller", { x: float(1, 1, 7, 5) }, [undefined, undefined, [1, 1, 3, 2]], LINEAR),
  withInts("Resize", "antialias, border cut", { x: float(1, 1, 7, 5) }, [undefined, undefined, [1, 1, 3, 8]], {
    ...LINEAR,
    antialias: 1,
    exclude_outside: 1,
  }),
  withInts("Resize", "antialias, border repeated", { x: float(1, 1, 7, 5) }, [undefined, undefined, [1, 1, 3, 2]], {
    ...LINEAR,
    antialias: 1,
  }),
  withInts("Resize", "align_corners", { x: float(1, 1, 4, 5) }, [undefined, undefined, [1, 1, 7, 3]], {
    ...LINEAR,
    coordinate_transformation_mode: "align_corners",
  }),
  withInts("Resize", "asymmetric", { x: float(1, 1, 4, 5) }, [undefined, undefined, [1, 1, 7, 3]], {
    ...LINEAR,
    coordinate_transformation_mode: "asymmetric",
  }),
  withInts("Resize", "nearest", { x: float(1, 2, 4, 5) }, [undefined, undefined, [1, 2, 7, 3]]),
  withInts("Resize", "channels and images too", { x: float(2, 3, 2, 2) }, [undefined, undefined, [3, 5, 2, 2]], LINEAR),
];

export const RULE_CASES: readonly GradientCase[] = [
  ...ELEMENTWISE,
  ...MATRICES,
  ...CONVOLUTIONS,
  ...POOLINGS,
  ...NORMALIZATIONS,
  ...LOSSES,
  ...MOVEMENTS,
  ...REDUCTIONS,
  ...RESIZES,
];
