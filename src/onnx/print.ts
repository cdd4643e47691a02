/** Prints a graph as a table like the one of the paper: layer, kernel, stride, pad, output, weights. */
import type { Graph, Node } from "./graph.ts";
import { formatShape, sizeOf } from "./shape.ts";

const HEADER = ["layer", "operator", "kernel", "stride", "pad", "output", "weights"] as const;

/**
 * Prints one row a node, in order, and the sum of the weights.
 *
 * @returns Lines of text with aligned columns, without a final line break.
 */
export function printGraph(graph: Graph): string {
  const counted = new Set<string>();
  const rows = graph.nodes.map((node) => row(graph, node, counted));
  const total = graph.parameters.reduce((sum, { shape }) => sum + (sizeOf(shape) ?? 0), 0);
  const inputs = graph.inputs.map(({ name, type, shape }) => [
    name,
    "input",
    "",
    "",
    "",
    `${formatShape(shape)} ${type}`,
    "",
  ]);
  const table = [[...HEADER], ...inputs, ...rows, ["total", "", "", "", "", "", total.toLocaleString("en-US")]];
  const widths = HEADER.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table
    .map((cells) =>
      cells
        .map((cell, column) => align(cell, widths[column] ?? 0, column))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function align(cell: string, width: number, column: number): string {
  return column === HEADER.length - 1 ? cell.padStart(width) : cell.padEnd(width);
}

function row(graph: Graph, node: Node, counted: Set<string>): string[] {
  const { strides, pads } = node.attributes;
  const output = graph.values.get(node.outputs[0] ?? "");
  let weights = 0;
  for (const parameter of graph.parameters) {
    // A tensor that two layers share is counted once.
    if (!node.inputs.includes(parameter.name) || counted.has(parameter.name)) continue;
    counted.add(parameter.name);
    weights += sizeOf(parameter.shape) ?? 0;
  }
  return [
    node.name,
    node.op,
    kernelOf(graph, node),
    Array.isArray(strides) ? compact(strides) : "",
    Array.isArray(pads) ? compact(pads) : "",
    output === undefined ? "" : formatShape(output.shape),
    weights === 0 ? "" : weights.toLocaleString("en-US"),
  ];
}

function kernelOf(graph: Graph, node: Node): string {
  const kernel = node.attributes["kernel_shape"];
  if (Array.isArray(kernel)) return kernel.join("x");
  const isConvolution = node.op === "Conv" || node.op === "ConvTranspose";
  return isConvolution
    ? (graph.values
        .get(node.inputs[1] ?? "")
        ?.shape.slice(2)
        .join("x") ?? "")
    : "";
}

function compact(numbers: readonly number[]): string {
  return new Set(numbers).size === 1 ? `${numbers[0]}` : numbers.join(",");
}
