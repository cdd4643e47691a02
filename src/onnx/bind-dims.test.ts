/** Graphs with a symbolic batch, bound to one size. */
import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { BATCH, bindDims, GraphBuilder } from "./index.ts";

function repeatingGraph() {
  const g = new GraphBuilder("repeat");
  const x = g.input("x", "float32", [BATCH, 3, 2]);
  const rows = g.input("rows", "float32", [1, 3, 2]);
  g.output(g.op("Expand", [rows, g.op("Shape", [x])], {}, { name: "y" }));
  return g.build();
}

test("every shape is known, and what Shape gave is a constant", () => {
  const bound = bindDims(repeatingGraph(), { N: 5 });
  expect(bound.values.get("x")?.shape).toEqual([5, 3, 2]);
  expect(bound.values.get("y")?.shape).toEqual([5, 3, 2]);
  expect(bound.nodes.map(({ op }) => op)).toEqual(["Expand"]);
  expect([...bound.constants.values()].map(({ data }) => Array.from(data, Number))).toEqual([[5, 3, 2]]);
});

test("the graph itself stays as it is", () => {
  const graph = repeatingGraph();
  bindDims(graph, { N: 5 });
  expect(graph.inputs[0]?.shape).toEqual([BATCH, 3, 2]);
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Shape", "Expand"]);
});

test("a dimension without a size is named", () => {
  expect(() => bindDims(repeatingGraph(), {})).toThrow(ShapeError);
  expect(() => bindDims(repeatingGraph(), {})).toThrow(/"N"/);
});
