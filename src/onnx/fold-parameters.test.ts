import { expect, test } from "vitest";
import "../../test/matchers.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import { foldParameters } from "./fold-parameters.ts";
import { type Graph, GraphBuilder, type Tensor } from "./index.ts";

const WEIGHT: Tensor = {
  type: "float32",
  shape: [2, 3, 2, 2],
  data: Float32Array.from({ length: 24 }, (_, i) => i + 1),
};

function graphOf(make: (g: GraphBuilder) => void): Graph {
  const g = new GraphBuilder("net");
  g.input("x", "float32", [1, 2]);
  g.parameter("w", WEIGHT.shape);
  make(g);
  return g.build();
}

function fold(graph: Graph): { operators: string[]; tensors: Map<string, Tensor>; graph: Graph } {
  const folded = foldParameters({ graph, tensors: new Map([["w", () => WEIGHT]]) });
  const tensors = new Map([...folded.tensors].map(([name, source]) => [name, source()]));
  const x: Tensor = { type: "float32", shape: [1, 2], data: Float32Array.of(0.5, -2) };
  const before = interpret(graph, { x, w: WEIGHT });
  const after = interpret(folded.graph, new Map([["x", x], ...tensors]));
  for (const name of graph.outputs) expect(after.get(name)).toEqual(before.get(name));
  return { operators: folded.graph.nodes.map(({ op }) => op), tensors, graph: folded.graph };
}

test("what is computed from a parameter alone is done once, under the parameter's own name", () => {
  const graph = graphOf((g) => {
    const turned = g.slice(g.transpose(g.value("w"), [1, 0, 2, 3]), [2, 3], [-1, -1], [-9, -9], [-1, -1]);
    const matrix = g.reshape(g.slice(turned, [0], [0], [1]), [2, 4]);
    g.output(g.op("MatMul", [g.value("x"), matrix], {}, { name: "y" }));
  });
  const { operators, tensors } = fold(graph);
  expect(operators).toEqual(["MatMul"]);
  // Channel 0 of the input side: [[1, 2], [3, 4]] and [[13, 14], [15, 16]], each turned by 180 degrees.
  expect(tensors.get("w")).toEqual({
    type: "float32",
    shape: [2, 4],
    data: Float32Array.of(4, 3, 2, 1, 16, 15, 14, 13),
  });
});

test("a parameter that is read in two forms is kept in both", () => {
  const graph = graphOf((g) => {
    const rows = g.reshape(g.value("w"), [2, 12]);
    g.output(g.op("MatMul", [g.value("x"), rows], {}, { name: "y" }));
    g.output(g.op("Neg", [g.value("w")], {}, { name: "z" }));
  });
  const { operators, tensors } = fold(graph);
  expect(operators).toEqual(["MatMul", "Neg"]);
  expect([...tensors.values()].map(({ shape }) => shape)).toEqual([
    [2, 12],
    [2, 3, 2, 2],
  ]);
});

test("what depends on an input stays", () => {
  const graph = graphOf((g) => {
    g.output(g.op("Reshape", [g.value("x"), g.ints([2, 1])], {}, { name: "y" }));
    g.output(g.op("Neg", [g.value("w")], {}, { name: "z" }));
  });
  expect(fold(graph).operators).toEqual(["Reshape", "Neg"]);
});

test("a form that is itself put out stays computable", () => {
  const graph = graphOf((g) => {
    const rows = g.op("Reshape", [g.value("w"), g.ints([2, 12])], {}, { name: "rows" });
    g.output(rows);
    g.output(g.op("MatMul", [g.value("x"), rows], {}, { name: "y" }));
  });
  fold(graph);
});

test("numbers are made when they are asked for, not before", () => {
  let made = 0;
  const graph = graphOf((g) => {
    g.output(g.op("Neg", [g.reshape(g.value("w"), [24])], {}, { name: "y" }));
  });
  const source = (): Tensor => {
    made++;
    return WEIGHT;
  };
  const { tensors } = foldParameters({ graph, tensors: new Map([["w", source]]) });
  expect(made).toBe(0);
  expect(tensors.get("w")?.().shape).toEqual([24]);
  expect(made).toBe(1);
});
