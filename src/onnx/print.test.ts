import { expect, test } from "vitest";
import { GraphBuilder } from "./graph-builder.ts";
import { printGraph } from "./print.ts";
import { pruneGraph } from "./prune.ts";

test("a graph prints as the paper's table: one row a layer, weights counted once, the total last", () => {
  const g = new GraphBuilder("net");
  const x = g.input("input", "float32", ["N", 3, 8, 8]);
  const [weight, bias] = [g.parameter("conv1.weight", [4, 3, 3, 3]), g.parameter("conv1.bias", [4])];
  const y = g.op("Conv", [x, weight, bias], { pads: [1, 1, 1, 1] }, { name: "conv1" });
  const relu = g.op("Relu", [y], {}, { name: "relu1" });
  const pooled = g.op("MaxPool", [relu], { kernel_shape: [2, 3], strides: [2, 1] }, { name: "pool1" });
  const again = g.op("ConvTranspose", [pooled, weight], { pads: [0, 1, 0, 1] }, { name: "deconv1" });
  g.output(again);
  expect(printGraph(g.build())).toBe(
    [
      "layer    operator       kernel  stride  pad      output                weights",
      "input    input                                   [N, 3, 8, 8] float32",
      "conv1    Conv           3x3             1        [N, 4, 8, 8]              112",
      "relu1    Relu                                    [N, 4, 8, 8]",
      "pool1    MaxPool        2x3     2,1              [N, 4, 4, 6]",
      "deconv1  ConvTranspose  3x3             0,1,0,1  [N, 3, 6, 6]",
      "total                                                                      112",
    ].join("\n"),
  );
});

test("pruning leaves what the outputs need, and drops optional outputs that nobody reads", () => {
  const g = new GraphBuilder("net");
  const x = g.input("x", "float32", [1, 1, 4, 4]);
  const [pooled] = g.ops("MaxPool", [x], { kernel_shape: [2, 2] }, { outputs: ["pool", "mask"] });
  g.op("Add", [x, g.parameter("unused", [1])], {}, { name: "dead" });
  g.op("Mul", [x, g.scalar(3)], {}, { name: "dead2" });
  g.output(g.op("Relu", [pooled], {}, { name: "y" }));
  const kept = pruneGraph(g.build());
  expect(kept.nodes.map(({ name, outputs }) => [name, outputs])).toEqual([
    ["pool", ["pool"]],
    ["y", ["y"]],
  ]);
  expect([...kept.values.keys()]).toEqual(["x", "pool", "unused", "y"]);
  expect(kept.constants.size).toBe(0);
  expect(kept.parameters).toHaveLength(1);
  expect(pruneGraph(g.build(), { pruneParameters: true }).parameters).toEqual([]);
});
