/** The order in which ONNX Runtime runs a graph: memory depends on it, and it is not the order in which the nodes are written. */
import type { Graph, Node } from "../onnx/index.ts";

/**
 * Depth first from the nodes that nothing reads, the last of them first; of a node's inputs, the one that was written last is
 * computed first.
 *
 * @see ONNX Runtime 1.30, `GraphViewer` with the execution order "default".
 */
export function executionOrder(graph: Graph): Node[] {
  const producers = new Map<string, number>();
  graph.nodes.forEach((node, index) => {
    for (const name of node.outputs) if (name !== "") producers.set(name, index);
  });
  const reads = graph.nodes.map((node) => {
    const indices = new Set(node.inputs.map((name) => producers.get(name)));
    indices.delete(undefined);
    return ([...indices] as number[]).sort((a, b) => a - b);
  });
  const read = new Set(reads.flat());
  const stack = graph.nodes.map((_, index) => ({ index, leaves: false })).filter(({ index }) => !read.has(index));
  const seen = new Set<number>();
  const order: Node[] = [];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { index, leaves } = entry;
    const node = graph.nodes[index];
    if (leaves && node !== undefined) order.push(node);
    if (leaves || seen.has(index)) continue;
    seen.add(index);
    stack.push({ index, leaves: true }, ...(reads[index] ?? []).map((input) => ({ index: input, leaves: false })));
  }
  return order;
}
