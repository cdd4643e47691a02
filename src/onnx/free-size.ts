/** Lets the size of a graph's input be open: for networks that work at any size. */
import type { Graph, ValueInfo } from "./graph.ts";

/** Rows and columns of `[N, channels, height, width]`. */
const FREE: Readonly<Record<number, string>> = { 2: "height", 3: "width" };

/**
 * The same graph with symbolic rows and columns of what it takes and puts out. Right only for graphs whose nodes do not hold the size
 * in their attributes and constants: convolutions, pooling and products of each pixel.
 */
export function freeSize(graph: Graph): Graph {
  const outer = new Set([...graph.inputs.map(({ name }) => name), ...graph.outputs]);
  const free = (value: ValueInfo, prefix: string): ValueInfo => ({
    ...value,
    shape: value.shape.map((dim, axis) => (FREE[axis] === undefined ? dim : prefix + FREE[axis])),
  });
  const inputs = graph.inputs.map((input) => free(input, ""));
  const values = [...graph.values].map(([name, value]): [string, ValueInfo] => [
    name,
    outer.has(name) ? free(value, graph.outputs.includes(name) ? `${name}.` : "") : value,
  ]);
  return { ...graph, inputs, values: new Map(values) };
}
