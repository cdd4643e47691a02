/**
 * The weight gradient of a layer that sees its whole input (fc6, fc7, fc6-deconv) is the product of two thin matrices, as thin as the
 * batch is small. The graph puts these out instead: at a batch of 2 the paper's network then writes and copies 0.5 MB and not
 * 890 MB, and the product is made in pieces at the update.
 */
import { BATCH, type Graph, type Node, pruneGraph } from "../onnx/index.ts";

/** The outputs whose matrix product is a gradient. */
export interface GradientFactors {
  /** `[rows, N]` */
  readonly left: string;
  /** `[N, columns]` */
  readonly right: string;
}

/**
 * Puts out the factors of every gradient that is such a product.
 *
 * @param gradients - Outputs of the graph that hold gradients.
 * @returns The graph, and the factors by the gradient's name.
 */
export function factorGradients(
  graph: Graph,
  gradients: Iterable<string>,
): { readonly graph: Graph; readonly factors: ReadonlyMap<string, GradientFactors> } {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const factors = new Map<string, GradientFactors>();
  for (const name of gradients) {
    const found = factorsOf(name, graph, producers);
    if (found !== undefined) factors.set(name, found);
  }
  const outputs = graph.outputs.flatMap((name) => {
    const found = factors.get(name);
    return found === undefined ? [name] : [found.left, found.right];
  });
  return { graph: pruneGraph({ ...graph, outputs: [...new Set(outputs)] }), factors };
}

function factorsOf(
  gradient: string,
  { values }: Graph,
  producers: ReadonlyMap<string, Node>,
): GradientFactors | undefined {
  let node = producers.get(gradient);
  while (node?.op === "Identity" || node?.op === "Reshape") node = producers.get(node.inputs[0] ?? "");
  const [left = "", right = ""] = node?.op === "MatMul" ? node.inputs : [];
  const areComputed = producers.has(left) && producers.has(right);
  const [leftShape, rightShape] = [values.get(left)?.shape, values.get(right)?.shape];
  const isOverBatch = leftShape?.length === 2 && rightShape?.length === 2 && leftShape[1] === BATCH;
  return areComputed && isOverBatch && rightShape[0] === BATCH ? { left, right } : undefined;
}
