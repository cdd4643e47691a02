import { describe, expect, test } from "vitest";
import type { Graph, Node } from "../../src/onnx/index.ts";
import { checkGradients, type GradientCheck } from "./central-differences.ts";
import { type NumericTensor, numeric, vector } from "./numeric-tensor.ts";

const node = (op: string, inputs: string[], outputs: string[], attributes: Node["attributes"] = {}): Node => ({
  op,
  name: outputs.join(),
  inputs,
  outputs,
  attributes,
});

function graphOf(feeds: Record<string, NumericTensor>, nodes: readonly Node[]): Graph {
  const inputs = Object.entries(feeds).map(([name, { shape }]) => ({ name, type: "float32" as const, shape }));
  return { name: "test", inputs, parameters: [], constants: new Map(), nodes, outputs: [], values: new Map() };
}

const wave = (...shape: number[]): NumericTensor =>
  numeric(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1.7 * i + 0.3)),
  );

/** loss = sum(relu(conv(x, w) + b)), and its gradients written by hand. */
const FEEDS = { x: wave(2, 2, 4, 5), w: wave(3, 2, 2, 3), b: vector([0.1, -0.2, 0.3]) };
const FORWARD = [
  node("Conv", ["x", "w", "b"], ["y"]),
  node("Relu", ["y"], ["active"]),
  node("ReduceSum", ["active"], ["loss"], { keepdims: 0 }),
];
const BATCH_SECOND = { perm: [1, 0, 2, 3] };
const BACKWARD = [
  node("Sign", ["active"], ["dy"]), // 1 where the ReLU lets through
  node("ConvTranspose", ["dy", "w"], ["dx"]),
  node("Transpose", ["x"], ["xt"], BATCH_SECOND),
  node("Transpose", ["dy"], ["dyt"], BATCH_SECOND),
  node("Conv", ["xt", "dyt"], ["dwt"]),
  node("Transpose", ["dwt"], ["dw"], BATCH_SECOND),
  node("Transpose", ["dy"], ["dyc"], BATCH_SECOND),
  node("Flatten", ["dyc"], ["rows"]),
  node("ReduceSum", ["rows", "lastAxis"], ["db"], { keepdims: 0 }),
];

function convolutionCheck(extra: readonly Node[] = [], changes: Partial<GradientCheck> = {}): GradientCheck {
  const feeds = { ...FEEDS, lastAxis: vector([1]), almostOne: numeric([], [1 + 1e-5]) };
  return {
    graph: graphOf(FEEDS, FORWARD),
    gradientGraph: graphOf(feeds, [...FORWARD, ...BACKWARD, ...extra]),
    feeds,
    loss: "loss",
    wrt: [
      { parameter: "x", gradientOutput: "dx" },
      { parameter: "w", gradientOutput: "dw" },
      { parameter: "b", gradientOutput: "db" },
    ],
    ...changes,
  };
}

describe("right gradients", () => {
  test("pass, with a row a tensor", () => {
    const rows = checkGradients(convolutionCheck());
    expect(rows.map(({ tensor, elements, compared, onKink }) => [tensor, elements, compared, onKink])).toEqual([
      ["x", 80, 80, 0],
      ["w", 36, 36, 0],
      ["b", 3, 3, 0],
    ]);
    for (const row of rows) {
      expect(row.maxRelative).toBeLessThan(1e-7);
      expect(row.maxAbsolute).toBeLessThan(1e-8);
    }
  });

  test("are sampled on request: as many elements of each tensor as asked for, or all", () => {
    const rows = checkGradients(convolutionCheck([], { samples: 5 }));
    expect(rows.map(({ compared }) => compared)).toEqual([5, 5, 3]);
  });

  test("may be zero throughout", () => {
    const feeds = { x: vector([1, 2]), zero: vector([0, 0]) };
    const forward = [node("Mul", ["x", "zero"], ["y"]), node("ReduceSum", ["y"], ["loss"])];
    const gradient = node("Identity", ["zero"], ["dx"]);
    const [row] = checkGradients({
      graph: graphOf(feeds, forward),
      gradientGraph: graphOf(feeds, [gradient]),
      feeds,
      loss: "loss",
      wrt: [{ parameter: "x", gradientOutput: "dx" }],
    });
    expect(row).toMatchObject({ compared: 2, maxAbsolute: 0, maxRelative: 0 });
  });
});

describe("wrong gradients fail", () => {
  const wrt = [{ parameter: "w", gradientOutput: "wrong" }];

  test("by a hundred-thousandth", () => {
    const extra = [node("Mul", ["dw", "almostOne"], ["wrong"])];
    expect(() => checkGradients(convolutionCheck(extra, { wrt }))).toThrow(
      /expected d loss \/ d w at element \d+ near/,
    );
  });

  test("in one sampled element: the ReLU's mask left out", () => {
    const extra = [
      node("Sub", ["y", "y"], ["zeros"]),
      node("Exp", ["zeros"], ["ones"]),
      node("ConvTranspose", ["ones", "w"], ["wrong"]),
    ];
    const check = convolutionCheck(extra, { wrt: [{ parameter: "x", gradientOutput: "wrong" }], samples: 3 });
    expect(() => checkGradients(check)).toThrow(/of 3 elements have a relative error above 0.000001: x/);
  });

  test("in a small element beside a large one", () => {
    const feeds = { x: vector([1, 1]), weights: vector([1, 0.01]), wrong: vector([1, 0.01 + 1e-7]) };
    const forward = [node("Mul", ["x", "weights"], ["y"]), node("ReduceSum", ["y"], ["loss"])];
    const check = {
      graph: graphOf({ x: feeds.x, weights: feeds.weights }, forward),
      gradientGraph: graphOf({ wrong: feeds.wrong }, []),
      feeds,
      loss: "loss",
      wrt: [{ parameter: "x", gradientOutput: "wrong" }],
    };
    expect(() => checkGradients(check)).toThrow("1 of 2 elements have a relative error above 0.000001");
  });

  test("if they are not numbers", () => {
    const extra = [node("Sub", ["dw", "dw"], ["zeros"]), node("Div", ["zeros", "zeros"], ["wrong"])];
    const check = convolutionCheck(extra, { wrt });
    const typed = new Map([["zeros", { name: "zeros", type: "float32" as const, shape: FEEDS.w.shape }]]);
    expect(() => checkGradients({ ...check, gradientGraph: { ...check.gradientGraph, values: typed } })).toThrow("NaN");
  });

  test("of another shape", () => {
    const check = convolutionCheck([], { wrt: [{ parameter: "w", gradientOutput: "dx" }] });
    expect(() => checkGradients(check)).toThrow('"dx" of the shape of "w", [3, 2, 2, 3], got [2, 2, 4, 5]');
  });
});

describe("kinks", () => {
  /** loss = sum(op(x)) for an operator with kinks, and its gradient by hand. */
  function kinkCheck(x: NumericTensor, forward: readonly Node[], gradient: readonly number[]): GradientCheck {
    const feeds = { x, gradient: numeric(x.shape, gradient) };
    const nodes = [...forward, node("ReduceSum", ["y"], ["loss"])];
    return {
      graph: graphOf({ x }, nodes),
      gradientGraph: graphOf({ gradient: feeds.gradient }, []),
      feeds,
      loss: "loss",
      wrt: [{ parameter: "x", gradientOutput: "gradient" }],
    };
  }
  const relu = [node("Relu", ["x"], ["y"])];

  test("nearer than the step make the step smaller", () => {
    const [row] = checkGradients(kinkCheck(vector([3e-6, -3e-7, 1]), relu, [1, 0, 1]));
    expect(row).toMatchObject({ elements: 3, compared: 3, reduced: 2, onKink: 0 });
  });

  test("met exactly are counted, and fail if they are many", () => {
    const ones = Array(39).fill(1);
    const [row] = checkGradients(kinkCheck(vector([0, ...ones]), relu, [0, ...ones]));
    expect(row).toMatchObject({ elements: 40, compared: 39, onKink: 1 });
    expect(() => checkGradients(kinkCheck(vector([0, 1]), relu, [0, 1]))).toThrow(
      '5 % of the elements of "x" on a kink',
    );
  });

  const pool = node("MaxPool", ["x"], ["y"], { kernel_shape: [2, 2], strides: [2, 2] });
  test.each([
    ["MaxPool", [pool]],
    ["ReduceMax", [node("ReduceMax", ["x"], ["y"], { keepdims: 0 })]],
    ["ReduceMin", [node("Neg", ["x"], ["z"]), node("ReduceMin", ["z"], ["m"]), node("Neg", ["m"], ["y"])]],
    ["Max", [node("Transpose", ["x"], ["z"], { perm: [0, 1, 3, 2] }), node("Max", ["x", "z"], ["y"])]],
    ["Min", [node("Transpose", ["x"], ["z"], { perm: [0, 1, 3, 2] }), node("Min", ["x", "z"], ["y"])]],
    ["Clip", [node("ReduceMax", ["x"], ["m"], { keepdims: 0 }), node("Clip", ["x", "", "m"], ["y"])]],
    ["ArgMax", [node("Flatten", ["x"], ["z"]), node("ArgMax", ["z"], ["y"], { axis: 1 })]],
    ["Greater", [node("Transpose", ["x"], ["z"], { perm: [0, 1, 3, 2] }), node("Greater", ["x", "z"], ["y"])]],
  ])("%s: a tie between inputs is a kink", (_, forward) => {
    const tied = numeric([1, 1, 2, 2], [0.5, 2, 2, 1]);
    expect(() => checkGradients(kinkCheck(tied, forward, [0, 0, 0, 0]))).toThrow("on a kink");
  });

  test.each([
    ["Abs", [node("Abs", ["x"], ["y"])], [-1, 1]],
    ["Sign", [node("Sign", ["x"], ["y"])], [0, 0]],
    ["Cast", [node("Cast", ["x"], ["y"], { to: 7 })], [0, 0]],
  ])("%s: away from zero there is none, at zero there is", (_, forward, gradient) => {
    expect(checkGradients(kinkCheck(vector([-0.5, 0.5]), forward, gradient))[0]).toMatchObject({ compared: 2 });
    const atKink = vector(forward[0]?.op === "Cast" ? [1, 0.5] : [0, 0.5]);
    expect(() => checkGradients(kinkCheck(atKink, forward, gradient))).toThrow("on a kink");
  });
});
