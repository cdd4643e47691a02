/** The inference graph against the plain one, in float64. */
import { describe, expect, test } from "vitest";
import "../../test/matchers.ts";
import { twoLevelDeconvNet } from "../../test/gradients/block-cases.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import { build, fromTensor, type NumericTensor } from "../../test/reference/numeric-tensor.ts";
import { ShapeError } from "../errors.ts";
import type { Tensor } from "../onnx/index.ts";
import { randomFor } from "../tensor/index.ts";
import { deconvNet, inferenceGraph, type Net } from "./index.ts";

/** Weights around 0, scales and variances around 1. */
function randomParameters(net: Net): Map<string, Tensor> {
  return new Map(
    net.parameters.map(({ name, kind, shape }) => {
      const random = randomFor(3, name);
      const positive = kind === "scale" || kind === "running_var";
      const size = shape.reduce((product, dim) => product * dim, 1);
      const data = Float32Array.from({ length: size }, () => (positive ? 0.5 + random.uniform() : random.normal() / 3));
      return [name, { type: "float32", shape, data }];
    }),
  );
}

const FORMS = [{ unpooling: "native" }, { unpooling: "portable" }] as const;

describe.each(FORMS)("$unpooling", (form) => {
  const net = twoLevelDeconvNet({ ...form, mode: "inference" });
  const parameters = randomParameters(net);
  const folded = inferenceGraph(net, parameters);

  test("scores are those of the plain graph to 1e-4", () => {
    const random = randomFor(5, "input");
    const input = build([2, 3, 8, 8], () => random.normal());
    const plain = interpret(net.graph, new Map<string, Tensor | NumericTensor>([...parameters, ["input", input]]));
    const tensors = [...folded.tensors].map(([name, source]): [string, NumericTensor] => [name, fromTensor(source())]);
    const scores = interpret(folded.graph, new Map([...tensors, ["input", input]])).get(net.output.name);
    expect(scores).toBeCloseToTensor(plain.get(net.output.name) as NumericTensor, { atol: 1e-4 });
  });

  test("no batch norm, no transposed convolution, nothing left to do on weights", () => {
    const operators = new Set(folded.graph.nodes.map(({ op }) => op));
    for (const op of ["BatchNormalization", "ConvTranspose"]) expect(operators).not.toContain(op);
    const weights = new Set(folded.graph.parameters.map(({ name }) => name));
    const readers = folded.graph.nodes.filter(({ inputs }) => inputs.some((name) => weights.has(name)));
    expect([...new Set(readers.map(({ op }) => op))].sort()).toEqual(["Add", "Conv", "Gemm", "MatMul"]);
    expect([...folded.tensors.keys()].sort()).toEqual([...weights].sort());
  });
});

test("the paper's net: fc6 and fc6-deconv as products, every tensor of the size that its graph says", () => {
  const { graph } = inferenceGraph(deconvNet(), new Map(deconvNet().parameters.map(({ name }) => [name, fail])));
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]));
  expect(shapes.get("fc6.weight")).toEqual([4096, 512 * 7 * 7]);
  expect(shapes.get("fc6-deconv.weight")).toEqual([4096, 512 * 7 * 7]);
  expect(shapes.get("deconv5_3.weight")).toEqual([512, 512, 3, 3]);
  expect(graph.nodes.filter(({ op }) => op === "Conv")).toHaveLength(27);
  expect(graph.nodes.filter(({ op }) => op === "Gemm" || op === "MatMul")).toHaveLength(3);
});

/** Building the graph asks for no numbers. */
function fail(): Tensor {
  throw new Error("expected no numbers to be asked for");
}

describe("parameters that do not fit", () => {
  const net = twoLevelDeconvNet({ mode: "inference" });

  test("all of them are listed, with both shapes", () => {
    const parameters = randomParameters(net);
    parameters.delete("conv1_1.bias");
    parameters.set("fc6.bias", { type: "float32", shape: [5], data: new Float32Array(5) });
    const attempt = (): unknown => inferenceGraph(net, parameters);
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow(
      'expected the 38 parameters of "two-level", got 2 that do not fit: conv1_1.bias [2] is missing; fc6.bias has [5] instead of [4].',
    );
  });
});
