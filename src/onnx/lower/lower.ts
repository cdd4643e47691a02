/**
 * Rewrites a graph into the forms that ONNX Runtime runs fastest: stride-1 transposed convolutions as convolutions, kernels
 * that cover their whole input as matrix products, softmax and loss as primitives, a resize with antialias as products. The numbers stay the same.
 */
import { readAttributes } from "../attributes.ts";
import type { Graph } from "../graph.ts";
import { GraphBuilder } from "../graph-builder.ts";
import { pruneGraph } from "../prune.ts";
import { lowerConv, lowerConvTranspose } from "./convolution.ts";
import { lowerResize } from "./resize.ts";
import type { LoweringOptions, LoweringRule } from "./rule.ts";
import { lowerLogSoftmax, lowerSoftmax, lowerSoftmaxCrossEntropyLoss } from "./softmax.ts";

const RULES: ReadonlyMap<string, LoweringRule> = new Map([
  ["Conv", lowerConv],
  ["ConvTranspose", lowerConvTranspose],
  ["LogSoftmax", lowerLogSoftmax],
  ["Resize", lowerResize],
  ["Softmax", lowerSoftmax],
  ["SoftmaxCrossEntropyLoss", lowerSoftmaxCrossEntropyLoss],
]);

/** Lowers a graph; values keep their names. */
export function lowerGraph(graph: Graph, options: LoweringOptions = {}): Graph {
  const g = GraphBuilder.from({ ...graph, nodes: [], values: new Map() });
  for (const node of graph.nodes) {
    const rule = RULES.get(node.op);
    const inputs = node.inputs.map((name) => (name === "" ? undefined : g.value(name)));
    const context = {
      ...options,
      g,
      node,
      attributes: readAttributes(node),
      inputs,
      input: (index: number) => g.value(node.inputs[index] ?? ""),
    };
    const replaced = rule !== undefined && g.scope(`${node.name}/lowered`, () => rule(context));
    if (!replaced) g.addNode(node);
  }
  for (const name of graph.outputs) g.output(g.value(name));
  return pruneGraph(g.build());
}
