import { describe, expect, test } from "vitest";
import "../matchers.ts";
import type { Graph, Node, Tensor, ValueInfo } from "../../src/onnx/index.ts";
import { interpret } from "./interpreter.ts";
import { fromTensor, numeric, toTensor, vector } from "./numeric-tensor.ts";

const float = (name: string, ...shape: ValueInfo["shape"]): ValueInfo => ({ name, type: "float32", shape });

/** y = x * scale; z = y + offset, over a batch of rows of two. */
function createGraph(changes: Partial<Graph> = {}): Graph {
  const nodes: Node[] = [
    { op: "Mul", name: "multiply", inputs: ["x", "scale"], outputs: ["y"], attributes: {} },
    { op: "Add", name: "add", inputs: ["y", "offset"], outputs: ["z"], attributes: {} },
  ];
  return {
    name: "affine",
    inputs: [float("x", "N", 2)],
    parameters: [float("scale", 2)],
    constants: new Map<string, Tensor>([["offset", { type: "int64", shape: [], data: BigInt64Array.of(100n) }]]),
    nodes,
    outputs: ["z"],
    values: new Map(["y", "z"].map((name) => [name, float(name, "N", 2)])),
    ...changes,
  };
}

const FEEDS = { x: numeric([2, 2], [1, 2, 3, 4]), scale: vector([10, 0.1]) };

describe("interpret", () => {
  test("returns every value: feeds, constants, intermediate values, outputs", () => {
    const values = interpret(createGraph(), FEEDS);
    expect([...values.keys()].sort()).toEqual(["offset", "scale", "x", "y", "z"]);
    expect(values.get("y")).toBeCloseToTensor(numeric([2, 2], [10, 0.2, 30, 0.4]), { rtol: 1e-15 });
    expect(values.get("z")).toEqual(numeric([2, 2], [110, 100.2, 130, 100.4]));
  });

  test("takes tensors of a graph, by name in a map", () => {
    const tensor: Tensor = { type: "float32", shape: [1, 2], data: Float32Array.of(1, 2) };
    const feeds = new Map([
      ["x", tensor],
      ["scale", toTensor(vector([2, 0.5]), "float32")],
    ]);
    expect(interpret(createGraph(), feeds).get("z")).toEqual(numeric([1, 2], [102, 101]));
  });

  test.each([
    ["a feed that is missing", {}, { x: FEEDS.x }, 'a feed for "scale" of graph affine, got none'],
    ["a feed too many", {}, { ...FEEDS, extra: FEEDS.x }, "feeds of graph affine only, got extra"],
    ["a feed of another shape", {}, { ...FEEDS, scale: vector([1]) }, '"scale" of shape [2] in graph affine, got [1]'],
    [
      "a value of another shape than declared",
      { values: new Map([["y", float("y", "N", 3)]]) },
      FEEDS,
      '"y" of shape [N, 3] in graph affine, got [2, 2]',
    ],
    [
      "a symbolic size that is not the batch's",
      { values: new Map([["y", float("y", "2*N", "N")]]) },
      FEEDS,
      '"y" of shape [2*N, N] in graph affine, got [2, 2]',
    ],
  ])("refuses %s", (_, changes, feeds, message) => {
    expect(() => interpret(createGraph(changes), feeds)).toThrow(message);
  });

  const last: Node = { op: "Neg", name: "last", inputs: ["y"], outputs: ["w"], attributes: {} };
  test.each([
    ["an unknown operator, by its name and node", { op: "Einsum" }, 'got Einsum at node "last"'],
    [
      "an attribute it does not know",
      { attributes: { axis: 1 } },
      'Neg "last": expected attributes that the interpreter knows, got axis',
    ],
    ["a value that no node made", { inputs: ["later"] }, 'inputs computed before it, got "later"'],
    ["an input left out", { inputs: [""] }, 'Neg "last": expected an input at position 0, got none'],
    ["more outputs than there are", { outputs: ["w", "v"] }, "expected 1 outputs or fewer, got 2"],
  ])("refuses %s", (_, changes, message) => {
    const graph = createGraph();
    const broken = { ...graph, nodes: [...graph.nodes, { ...last, ...changes }] };
    expect(() => interpret(broken, FEEDS)).toThrow(message);
  });
});

describe("conversion", () => {
  test("of whole numbers and booleans is exact", () => {
    const big = numeric([2], [2 ** 53, -7]);
    expect(toTensor(big, "int64").data).toEqual(BigInt64Array.of(9007199254740992n, -7n));
    expect(fromTensor(toTensor(big, "int64"))).toEqual(big);
    expect(fromTensor({ type: "bool", shape: [2], data: Uint8Array.of(1, 0) })).toEqual(vector([1, 0]));
  });

  test("refuses float16, which is carried as bit patterns", () => {
    expect(() => fromTensor({ type: "float16", shape: [1], data: Uint16Array.of(0) })).toThrow("got float16");
    expect(() => toTensor(vector([1]), "float16")).toThrow("got float16");
  });
});
