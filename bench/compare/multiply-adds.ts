/** The arithmetic that a net asks for, whatever the form it is computed in: that of its convolutions and deconvolutions. */
import type { Net } from "deconvnet/nets";
import type { Graph, Node } from "deconvnet/onnx";

/** Of a forward pass. */
export function forwardMultiplyAdds({ graph }: Net, batch: number): number {
  return graph.nodes.reduce((sum, node) => sum + nodeMultiplyAdds(graph, node, batch), 0);
}

/** Of a training step: forward; again for each weight that learns; again for each input on whose values something depends that learns. */
export function stepMultiplyAdds({ graph, parameters }: Net, batch: number): number {
  const learning = new Set(parameters.filter(({ trainable }) => trainable).map(({ name }) => name));
  const depends = new Set(learning);
  let sum = 0;
  for (const node of graph.nodes) {
    const [input = "", weight = ""] = node.inputs;
    const passes = 1 + Number(learning.has(weight)) + Number(depends.has(input));
    sum += passes * nodeMultiplyAdds(graph, node, batch);
    if (node.inputs.some((name) => depends.has(name))) for (const output of node.outputs) depends.add(output);
  }
  return sum;
}

function nodeMultiplyAdds(graph: Graph, node: Node, batch: number): number {
  const [x, weight, y] = [node.inputs[0], node.inputs[1], node.outputs[0]].map((name) => shapeOf(graph, name, batch));
  if (x === undefined || weight === undefined || y === undefined) return 0;
  // A kernel is applied at each output of a Conv, and at each input of a ConvTranspose.
  if (node.op === "Conv") return elements(y) * elements(weight.slice(1));
  if (node.op === "ConvTranspose") return elements(x) * elements(weight.slice(1));
  return 0;
}

/** In a net as it was built, only the batch size has no number. */
function shapeOf(graph: Graph, name: string | undefined, batch: number): number[] | undefined {
  return graph.values.get(name ?? "")?.shape.map((dim) => (typeof dim === "number" ? dim : batch));
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
