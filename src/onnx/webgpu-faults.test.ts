/** Graphs that go around faulty kernels compute the same. */
import { expect, test } from "vitest";
import "../../test/matchers.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import { build, type NumericTensor } from "../../test/reference/numeric-tensor.ts";
import { avoidWebGpuFaults, type Graph, GraphBuilder } from "./index.ts";

function convolution(channels: number, outputs: number, kernel = 3): Graph {
  const g = new GraphBuilder("convolution");
  const x = g.input("x", "float32", ["N", channels, 4, 3]);
  const inputs = [x, g.parameter("weight", [outputs, channels, kernel, kernel]), g.parameter("bias", [outputs])];
  g.output(g.op("Conv", inputs, { pads: Array.from({ length: 4 }, () => (kernel - 1) / 2) }, { name: "y" }));
  return g.build();
}

test("a convolution of six to four channels gets eight, and the same numbers", () => {
  const graph = convolution(6, 4);
  const around = avoidWebGpuFaults(graph);
  expect(around.nodes.map(({ op }) => op)).toEqual(["Pad", "Pad", "Conv"]);
  expect(around.values.get(around.nodes[2]?.inputs[0] ?? "")?.shape).toEqual(["N", 8, 4, 3]);
  const number = (_: readonly number[], i: number) => ((7 * i) % 11) - 5;
  const feeds = { x: build([2, 6, 4, 3], number), weight: build([4, 6, 3, 3], number), bias: build([4], number) };
  const want = interpret(graph, feeds).get("y") as NumericTensor;
  expect(interpret(around, feeds).get("y")).toBeCloseToTensor(want, { atol: 1e-12, rtol: 1e-12 });
});

test.each([
  [3, 4],
  [12, 4],
  [6, 5],
  [5, 4],
  [6, 4, 1],
])("%i to %i channels stay", (channels, outputs, kernel = 3) => {
  const graph = convolution(channels, outputs, kernel);
  expect(avoidWebGpuFaults(graph)).toBe(graph);
});
