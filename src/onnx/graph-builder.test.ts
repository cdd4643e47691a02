import { describe, expect, test } from "vitest";
import { FormatError, OptionError, ShapeError } from "../errors.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Shape } from "./shape.ts";

function builderWith(values: Readonly<Record<string, Shape>>): GraphBuilder {
  const g = new GraphBuilder("net");
  for (const [name, shape] of Object.entries(values)) g.input(name, "float32", shape);
  return g;
}

describe("shapes follow from the operators", () => {
  test("a convolution, its pooling and the way back keep the symbolic batch", () => {
    const g = builderWith({ x: ["N", 3, 32, 48] });
    const y = g.op("Conv", [g.value("x"), g.parameter("w", [8, 3, 3, 3])], { pads: [1, 1, 1, 1] });
    expect(y.shape).toEqual(["N", 8, 32, 48]);
    const window = { kernel_shape: [2, 2], strides: [2, 2] };
    const [pooled, switches] = g.ops("MaxPool", [y], window, { outputs: ["pool1", "pool1_mask"] });
    expect(pooled?.shape).toEqual(["N", 8, 16, 24]);
    expect(switches).toEqual({ name: "pool1_mask", type: "int64", shape: ["N", 8, 16, 24] });
    expect(g.op("MaxUnpool", [pooled, switches], window).shape).toEqual(["N", 8, 32, 48]);
    const up = g.op("ConvTranspose", [y, g.parameter("w2", [8, 2, 4, 4])], { strides: [2, 2], pads: [1, 1, 1, 1] });
    expect(up.shape).toEqual(["N", 2, 64, 96]);
  });

  test.each<[readonly number[], Shape]>([
    [
      [-1, 12],
      ["N", 12],
    ],
    [
      [-1, 6],
      ["2*N", 6],
    ],
    [
      [0, -1],
      ["N", 12],
    ],
    [[-1], ["12*N"]],
  ])("[N, 3, 4] reshaped to %j", (target, expected) => {
    const g = builderWith({ x: ["N", 3, 4] });
    expect(g.reshape(g.value("x"), target).shape).toEqual(expected);
  });

  test("what was flattened with the batch can be unflattened again", () => {
    const g = builderWith({ x: ["N", 3, 4] });
    const flat = g.reshape(g.value("x"), [-1]);
    expect(g.reshape(flat, [-1, 3, 4]).shape).toEqual(["N", 3, 4]);
    expect(g.op("Reshape", [flat, g.op("Shape", [g.value("x")])]).shape).toEqual(["N", 3, 4]);
  });

  test("a slice backwards from the end to before the start takes the whole axis", () => {
    const g = builderWith({ x: [2, 5] });
    expect(g.slice(g.value("x"), [1], [-1], [Number.MIN_SAFE_INTEGER], [-1]).shape).toEqual([2, 5]);
    expect(g.slice(g.value("x"), [1], [-2], [0], [-2]).shape).toEqual([2, 2]);
  });
});

describe("shapes that do not fit: the error names the layer and both shapes", () => {
  const failures: [string, (g: GraphBuilder) => unknown, RegExp][] = [
    [
      "a weight for other channels",
      (g) =>
        g.op(
          "Conv",
          [g.input("x", "float32", ["N", 64, 56, 56]), g.parameter("w", [128, 32, 3, 3])],
          {},
          { name: "conv3_1" },
        ),
      /^Conv "conv3_1": expected a weight for 64 input channels .*, got inputs of shape \[N, 64, 56, 56\] and \[128, 32, 3, 3\]\.$/,
    ],
    [
      "a kernel larger than the input",
      (g) => g.op("Conv", [g.input("x", "float32", [1, 2, 5, 5]), g.parameter("w", [2, 2, 7, 7])], {}, { name: "fc6" }),
      /^Conv "fc6": .*kernel, 7 px.*\[1, 2, 5, 5\] and \[2, 2, 7, 7\]/,
    ],
    [
      "a bias of another length",
      (g) =>
        g.op(
          "Conv",
          [g.input("x", "float32", [1, 2, 5, 5]), g.parameter("w", [4, 2, 3, 3]), g.parameter("b", [3])],
          {},
          { name: "c" },
        ),
      /^Conv "c": expected a bias of shape \[4\] \(not \[3\]\)/,
    ],
    [
      "a deconvolution's weight with in and out swapped",
      (g) =>
        g.op(
          "ConvTranspose",
          [g.input("x", "float32", [1, 4, 5, 5]), g.parameter("w", [2, 4, 3, 3])],
          {},
          { name: "deconv5_1" },
        ),
      /^ConvTranspose "deconv5_1": .*\[1, 4, 5, 5\] and \[2, 4, 3, 3\]/,
    ],
    [
      "switches of another level",
      (g) => {
        const window = { kernel_shape: [2, 2], strides: [2, 2] };
        const [, switches] = g.ops("MaxPool", [g.input("a", "float32", [1, 64, 56, 56])], window, {
          outputs: ["pool", "mask"],
        });
        return g.op("MaxUnpool", [g.input("x", "float32", [1, 64, 56, 56]), switches], window, { name: "unpool2" });
      },
      /^MaxUnpool "unpool2": expected int64 switches of the shape of the input \[1, 64, 56, 56\], got int64 \[1, 64, 28, 28\]\.$/,
    ],
    [
      "a sum of two strides",
      (g) =>
        g.op(
          "Add",
          [g.input("a", "float32", [1, 21, 34, 34]), g.input("b", "float32", [1, 21, 35, 35])],
          {},
          { name: "fuse_pool4" },
        ),
      /^Add "fuse_pool4": expected shapes that broadcast to each other, got inputs of shape \[1, 21, 34, 34\] and \[1, 21, 35, 35\]\.$/,
    ],
    [
      "a matrix product",
      (g) =>
        g.op("MatMul", [g.input("a", "float32", ["N", 3]), g.input("b", "float32", [4, 5])], {}, { name: "product" }),
      /^MatMul "product": expected equal inner sizes \(not 3 and 4\), got inputs of shape \[N, 3\] and \[4, 5\]\.$/,
    ],
    [
      "a reshape to other elements",
      (g) => g.op("Reshape", [g.input("a", "float32", ["N", 6]), g.ints([-1, 4])], {}, { name: "r" }),
      /^Reshape "r": .*\[-1, 4\].*\[N, 6\]/,
    ],
    [
      "a reshape with two unknown sizes",
      (g) => g.op("Reshape", [g.input("a", "float32", [4, 6]), g.ints([-1, -1, 4])], {}, { name: "r" }),
      /^Reshape "r": expected one size of -1 at most \(not \[-1, -1, 4\]\)/,
    ],
    [
      "labels of another size",
      (g) =>
        g.op(
          "SoftmaxCrossEntropyLoss",
          [g.input("s", "float32", ["N", 21, 8, 8]), g.input("l", "int32", ["N", 8, 7])],
          {},
          { name: "loss" },
        ),
      /^SoftmaxCrossEntropyLoss "loss": expected labels of shape \[N, 8, 8\], got inputs of shape \[N, 21, 8, 8\] and \[N, 8, 7\]\.$/,
    ],
    [
      "batch norm for other channels",
      (g) =>
        g.op(
          "BatchNormalization",
          [
            g.input("x", "float32", ["N", 8, 4, 4]),
            ...["a", "b", "c"].map((p) => g.parameter(p, [8])),
            g.parameter("d", [4]),
          ],
          {},
          { name: "bn1_1" },
        ),
      /^BatchNormalization "bn1_1": .*of shape \[8\] \(not \[4\]\)/,
    ],
    [
      "a concatenation of two sizes",
      (g) =>
        g.op(
          "Concat",
          [g.input("a", "float32", [2, 3]), g.input("b", "float32", [3, 3])],
          { axis: 1 },
          { name: "join" },
        ),
      /^Concat "join": .*\[2, 3\] and \[3, 3\]/,
    ],
    [
      "an input of the wrong rank",
      (g) => g.op("Conv", [g.input("x", "float32", [3, 8, 8]), g.parameter("w", [4, 3, 3, 3])], {}, { name: "c" }),
      /^Conv "c": expected "x" of shape \[n, c, h, w\], got \[3, 8, 8\]\.$/,
    ],
    [
      "an axis that is not there",
      (g) => g.op("Softmax", [g.input("x", "float32", [3, 8])], { axis: 2 }, { name: "s" }),
      /^Softmax "s": expected an axis from -2 to 1, got 2\.$/,
    ],
    [
      "a slice of the symbolic batch",
      (g) => g.slice(g.input("x", "float32", ["N", 8]), [0], [0], [1]),
      /^Slice ".*": expected a known size, got the symbolic dimension "N". Only the batch size may stay symbolic\.$/,
    ],
  ];
  test.each(failures)("%s", (_, build, message) => {
    const attempt = (): unknown => build(new GraphBuilder("net"));
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow(message);
  });

  test("two element types", () => {
    const g = builderWith({ a: [2] });
    expect(() => g.add(g.value("a"), g.ints([1, 2]))).toThrow(/inputs of one element type \(not float32 and int64\)/);
  });

  test("too few and too many inputs", () => {
    const g = builderWith({ a: [2] });
    expect(() => g.op("Add", [g.value("a")])).toThrow('Add "Add": expected 2 inputs, got 1.');
    expect(() => g.op("Relu", [g.value("a"), g.value("a")])).toThrow(/expected 1 inputs, got 2/);
  });
});

describe("names", () => {
  test("nodes without a name are numbered within their scope", () => {
    const g = builderWith({ x: [2] });
    const names = g.scope("grad/conv", () => [g.op("Neg", [g.value("x")]).name, g.op("Neg", [g.value("x")]).name]);
    expect([...names, g.op("Neg", [g.value("x")]).name]).toEqual(["grad/conv/Neg", "grad/conv/Neg_1", "Neg"]);
  });

  test("a name is given once", () => {
    const g = builderWith({ x: [2] });
    expect(() => g.input("x", "float32", [3])).toThrow('net: expected a new name for a value, got "x" again.');
    expect(() => g.op("Neg", [g.value("x")], {}, { name: "x" })).toThrow(OptionError);
  });

  test("equal unnamed constants are stored once, equal numbers of another type or shape are not", () => {
    const g = new GraphBuilder("net");
    expect(g.ints([1, 2])).toBe(g.ints([1, 2]));
    expect(g.constant("int32", [2], [1, 2])).not.toBe(g.ints([1, 2]));
    expect(g.constant("int64", [1, 2], [1, 2]).name).not.toBe(g.ints([1, 2]).name);
    expect(g.build().constants.size).toBe(3);
  });

  test("a value of another graph is unknown", () => {
    const other = builderWith({ y: [2] });
    const g = new GraphBuilder("net");
    expect(() => g.op("Neg", [other.value("y")])).toThrow('Neg "Neg": expected its input "y" to come before it');
    expect(() => g.value("y")).toThrow('value: expected a value of the graph "net", got "y".');
    expect(() => g.output(other.value("y"))).toThrow(OptionError);
    expect(g.find("y")).toBeUndefined();
  });
});

describe("what is refused", () => {
  test("a constant with other numbers than its shape has", () => {
    const g = new GraphBuilder("net");
    expect(() => g.constant("float32", [2, 2], [1, 2, 3])).toThrow("expected 4 numbers for the shape [2, 2], got 3.");
  });

  test.each([[[2.5, 3]], [[-1]], [[Number.NaN]]])("a parameter of shape %j", (shape) => {
    expect(() => new GraphBuilder("net").parameter("conv1_1.weight", shape)).toThrow(/"conv1_1.weight"/);
  });

  test("attributes that the operator does not have, or of another kind", () => {
    const g = builderWith({ x: [1, 2, 4, 4] });
    const node = (attributes: Record<string, number | string>) => () =>
      g.addNode({ op: "Softmax", name: "s", inputs: ["x"], outputs: ["s"], attributes });
    expect(node({ axes: 1 })).toThrow(FormatError);
    expect(node({ axes: 1 })).toThrow('Softmax "s": expected attributes among axis, got "axes".');
    expect(node({ axis: "1" })).toThrow('expected the attribute "axis" as int, got "1"');
    expect(node({ constructor: 1 })).toThrow(FormatError);
  });

  test("grouped and dilated convolutions", () => {
    const g = builderWith({ x: [1, 2, 8, 8] });
    const w = g.parameter("w", [2, 2, 3, 3]);
    expect(() => g.op("Conv", [g.value("x"), w], { dilations: [2, 2] })).toThrow(/group 1 and dilations \[1, 1\]/);
  });

  test("an operator that the library does not know: it is named with its node", () => {
    const node = { op: "LSTM", name: "memory", inputs: [], outputs: ["y"], attributes: {} };
    expect(() => new GraphBuilder("net").addNode(node)).toThrow(FormatError);
    expect(() => new GraphBuilder("net").addNode(node)).toThrow(/got "LSTM" at node "memory"/);
  });
});
