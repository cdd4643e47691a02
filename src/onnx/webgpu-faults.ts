/**
 * Ways around kernels of ONNX Runtime's WebGPU provider that compute wrong numbers (1.30, found by the golden cases, in Node and
 * in pages alike).
 *
 * `Conv` sums over channels in groups of three where their count is a multiple of three but not of four and the outputs are a
 * multiple of four; with more than one group the numbers are wrong. Channels of zeros up to a multiple of four avoid it.
 * Measured: 6, 9 and 21 to 4 and to 64 channels with 3x3 kernels differ by more than 1 from the processor, with any padding, stride
 * and batch; 3, 5, 7, 10 and 12 to 4, anything to 6, and 1x1 kernels are right.
 */
import type { Graph, Node } from "./graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Dim } from "./shape.ts";

/** The same graph, with convolutions that the provider computes right. */
export function avoidWebGpuFaults(graph: Graph): Graph {
  if (!graph.nodes.some((node) => isFaulty(node, graph))) return graph;
  const g = GraphBuilder.from({ ...graph, nodes: [], values: new Map() });
  for (const node of graph.nodes) {
    const [x, weight] = node.inputs.map((name) => graph.values.get(name));
    if (x === undefined || weight === undefined || !isFaulty(node, graph)) {
      g.addNode(node);
      continue;
    }
    const added = 4 - (Number(weight.shape[1]) % 4);
    g.scope(`${node.name}/widened`, () => {
      const inputs = [x, weight].map((value) => g.pad(value, [0, 0, 0, 0, 0, added, 0, 0]).name);
      g.addNode({ ...node, inputs: [...inputs, ...node.inputs.slice(2)] });
    });
  }
  for (const name of graph.outputs) g.output(g.value(name));
  return g.build();
}

function isFaulty({ op, inputs, attributes }: Node, graph: Graph): boolean {
  const [out, channels, ...kernel]: readonly Dim[] =
    op === "Conv" ? (graph.values.get(inputs[1] ?? "")?.shape ?? []) : [];
  if (typeof out !== "number" || typeof channels !== "number") return false;
  // A plain 1x1 convolution is a matrix product there.
  const all = (name: string, value: number) => [attributes[name] ?? []].flat().every((number) => number === value);
  if (kernel.every((size) => size === 1) && all("strides", 1) && all("pads", 0)) return false;
  return channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && out % 4 === 0;
}
