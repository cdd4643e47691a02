/** Lowering keeps the numbers: each rewritten form against the plain graph in float64, on either side of its conditions. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, test } from "vitest";
import "../../../test/matchers.ts";
import { interpret } from "../../../test/reference/interpreter.ts";
import { build, type NumericTensor } from "../../../test/reference/numeric-tensor.ts";
import { bindShape, type Graph, GraphBuilder, lowerGraph, type ValueInfo } from "../index.ts";

function graphOf(make: (g: GraphBuilder) => readonly ValueInfo[]): Graph {
  const g = new GraphBuilder("plain");
  for (const value of make(g)) g.output(value);
  return g.build();
}

function randomFeeds(graph: Graph): Record<string, NumericTensor> {
  const random = xoroshiro128plus(7);
  return Object.fromEntries(
    [...graph.inputs, ...graph.parameters].map(({ name, type, shape }) => [
      name,
      build(bindShape(shape, { N: 2 }), (_, i) =>
        type === "float32"
          ? 2 * uniformFloat64(random) - 1
          : i % 4 === 3
            ? 255
            : Math.floor(3 * uniformFloat64(random)),
      ),
    ]),
  );
}

/** Lowers, compares every output, and returns which operators there are afterwards. */
function lowerAndCompare(graph: Graph, options: Parameters<typeof lowerGraph>[1] = {}): string[] {
  const lowered = lowerGraph(graph, options);
  const feeds = randomFeeds(graph);
  const [expected, values] = [interpret(graph, feeds), interpret(lowered, feeds)];
  for (const name of graph.outputs) {
    const want = expected.get(name) as NumericTensor;
    expect(values.get(name)).toBeCloseToTensor(want, { atol: 1e-12, rtol: 1e-12 });
    expect(lowered.values.get(name)).toEqual(graph.values.get(name));
  }
  return [...new Set(lowered.nodes.map(({ op }) => op))].sort();
}

const convolution = (
  op: "Conv" | "ConvTranspose",
  size: readonly number[],
  weight: readonly number[],
  attributes: { pads?: number[]; strides?: number[]; output_padding?: number[] } = {},
  bias = true,
): Graph =>
  graphOf((g) => {
    const channels = weight[op === "Conv" ? 0 : 1] ?? 0;
    const inputs = [g.input("x", "float32", ["N", ...size]), g.parameter("w", weight)];
    return [g.op(op, bias ? [...inputs, g.parameter("b", [channels])] : inputs, attributes, { name: "y" })];
  });

describe("convolution", () => {
  test("a kernel as large as the input becomes a matrix product", () => {
    expect(lowerAndCompare(convolution("Conv", [3, 4, 2], [5, 3, 4, 2]))).toEqual(["Gemm", "Reshape"]);
    expect(lowerAndCompare(convolution("Conv", [3, 1, 1], [5, 3, 1, 1], {}, false))).toEqual(["Gemm", "Reshape"]);
  });

  test.each([
    ["a smaller kernel", convolution("Conv", [3, 4, 4], [5, 3, 3, 3])],
    ["a kernel as large as the padded input", convolution("Conv", [3, 4, 4], [5, 3, 4, 4], { pads: [1, 1, 1, 1] })],
  ])("%s stays", (_, graph) => {
    expect(lowerAndCompare(graph)).toEqual(["Conv"]);
  });
});

describe("transposed convolution", () => {
  test.each([
    ["from one pixel", convolution("ConvTranspose", [4, 1, 1], [4, 3, 2, 3])],
    ["from one pixel without bias", convolution("ConvTranspose", [4, 1, 1], [4, 3, 2, 2], {}, false)],
  ])("%s becomes a matrix product", (_, graph) => {
    const operators = lowerAndCompare(graph);
    expect(operators).toContain("MatMul");
    expect(operators).not.toContain("ConvTranspose");
  });

  test.each([
    ["3x3 pad 1", convolution("ConvTranspose", [4, 5, 6], [4, 3, 3, 3], { pads: [1, 1, 1, 1] })],
    [
      "2x3 with four pads, no bias",
      convolution("ConvTranspose", [2, 5, 6], [2, 3, 2, 3], { pads: [0, 1, 1, 2] }, false),
    ],
    ["1x1", convolution("ConvTranspose", [4, 5, 6], [4, 3, 1, 1])],
    ["from one pixel with pads", convolution("ConvTranspose", [4, 1, 1], [4, 3, 3, 3], { pads: [1, 1, 1, 1] })],
  ])("with stride 1 becomes a convolution: %s", (_, graph) => {
    const operators = lowerAndCompare(graph);
    expect(operators).toContain("Conv");
    expect(operators).not.toContain("ConvTranspose");
    const fed = lowerAndCompare(graph, { fedParameters: true });
    expect(fed).toContain("Conv");
    expect(fed).not.toContain("Slice");
  });

  test.each([
    ["stride 2", convolution("ConvTranspose", [2, 3, 3], [2, 2, 4, 4], { strides: [2, 2] })],
    [
      "pads larger than the kernel less 1",
      convolution("ConvTranspose", [2, 5, 5], [2, 2, 2, 2], { pads: [2, 2, 2, 2] }),
    ],
  ])("%s stays", (_, graph) => {
    expect(lowerAndCompare(graph)).toEqual(["ConvTranspose"]);
  });
});

describe("softmax and loss", () => {
  test.each(["Softmax", "LogSoftmax"] as const)("%s over classes that are not last is written out", (op) => {
    const graph = graphOf((g) => [g.op(op, [g.input("x", "float32", ["N", 3, 2, 2])], { axis: 1 }, { name: "y" })]);
    expect(lowerAndCompare(graph)).not.toContain(op);
  });

  test("Softmax over the last axis stays", () => {
    const graph = graphOf((g) => [g.op("Softmax", [g.input("x", "float32", ["N", 3])], { axis: 1 }, { name: "y" })]);
    expect(lowerAndCompare(graph)).toEqual(["Softmax"]);
  });

  test.each(["mean", "sum", "none"])("the loss with void pixels and class weights, reduction %s", (reduction) => {
    const graph = graphOf((g) => {
      const inputs = [g.input("x", "float32", ["N", 3, 2, 2]), g.input("labels", "int32", ["N", 2, 2])];
      const weights = g.constant("float32", [3], [0.5, 1, 2]);
      const attributes = { ignore_index: 255, reduction };
      return g.ops("SoftmaxCrossEntropyLoss", [...inputs, weights], attributes, {
        outputs: ["loss", "log_probability"],
      });
    });
    expect(lowerAndCompare(graph)).not.toContain("SoftmaxCrossEntropyLoss");
  });
});

describe("resize", () => {
  const resized = (antialias: number): Graph =>
    graphOf((g) => {
      const attributes = { mode: "linear", antialias, exclude_outside: antialias };
      const inputs = [g.input("x", "float32", [2, 2, 8, 3]), undefined, undefined];
      return [g.op("Resize", [...inputs, g.ints([2, 2, 3, 5])], attributes, { name: "y" })];
    });

  test("with antialias becomes a product along each axis that changes", () => {
    const graph = resized(1);
    const lowered = lowerGraph(graph);
    expect(lowered.nodes.filter(({ op }) => op === "MatMul")).toHaveLength(2);
    expect(lowered.nodes.map(({ op }) => op)).not.toContain("Resize");
    const feeds = randomFeeds(graph);
    const want = interpret(graph, feeds).get("y") as NumericTensor;
    // The matrices are float32.
    expect(interpret(lowered, feeds).get("y")).toBeCloseToTensor(want, { atol: 1e-6, rtol: 0 });
  });

  test("without antialias stays", () => {
    expect(lowerAndCompare(resized(0))).toEqual(["Resize"]);
  });
});

test("a lowered graph is lowered to itself", () => {
  const once = lowerGraph(convolution("ConvTranspose", [4, 5, 6], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }));
  expect(lowerGraph(once)).toEqual(once);
});
