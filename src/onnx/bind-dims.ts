/** Gives symbolic dimensions their sizes: for devices that cannot compute with shapes while a graph runs. */
import type { Graph } from "./graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { pruneGraph } from "./prune.ts";
import { bindShape } from "./shape.ts";

/**
 * The same graph for inputs of one size.
 *
 * @param dims - The size of each symbolic dimension, such as `{ N: 4 }`.
 * @returns A graph in which every shape is known, and no node asks for one: `Shape` nodes become constants.
 * @throws {ShapeError} if a symbolic dimension of an input has no size.
 */
export function bindDims(graph: Graph, dims: Readonly<Record<string, number>>): Graph {
  const inputs = graph.inputs.map((input) => ({ ...input, shape: bindShape(input.shape, dims) }));
  const g = GraphBuilder.from({ ...graph, inputs, nodes: [], values: new Map() });
  for (const node of graph.nodes) {
    if (node.op !== "Shape") g.addNode(node);
    else {
      const shape = bindShape(g.value(node.inputs[0] ?? "").shape, dims);
      g.constant("int64", [shape.length], shape, node.outputs[0] ?? node.name);
    }
  }
  for (const name of graph.outputs) g.output(g.value(name));
  return pruneGraph(g.build());
}
