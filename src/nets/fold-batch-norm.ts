/** Folds batch normalisation with stored statistics into the convolution or deconvolution before it. */
import {
  type BoundGraph,
  GraphBuilder,
  type Node,
  pruneGraph,
  readAttributes,
  type Tensor,
  type TensorSource,
} from "../onnx/index.ts";

/**
 * W' = W s, b' = (b - mean) s + shift, with s = scale / sqrt(variance + epsilon) for each output channel.
 *
 * Only a normalisation that is the sole reader of a layer is folded; any other stays as it is.
 */
export function foldBatchNorm({ graph, tensors }: BoundGraph): BoundGraph {
  const readers = new Map<string, number>();
  for (const name of [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs])
    readers.set(name, (readers.get(name) ?? 0) + 1);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const result = new Map(tensors);
  const merged = new Map<string, Node>();
  for (const norm of graph.nodes) {
    if (norm.op !== "BatchNormalization" || readAttributes(norm).int("training_mode") !== 0) continue;
    const layer = producers.get(norm.inputs[0] ?? "");
    const foldable =
      layer !== undefined && (layer.op === "Conv" || layer.op === "ConvTranspose") && layer.inputs[2] !== undefined;
    if (!foldable || readers.get(layer.outputs[0] ?? "") !== 1) continue;
    replaceTensors(result, layer, norm);
    merged.set(norm.name, layer);
  }
  return { graph: withoutNorms(graph, merged), tensors: result };
}

function withoutNorms(graph: BoundGraph["graph"], merged: ReadonlyMap<string, Node>): BoundGraph["graph"] {
  const layers = new Set([...merged.values()].map(({ name }) => name));
  const g = GraphBuilder.from({ ...graph, nodes: [], values: new Map() });
  for (const node of graph.nodes) {
    const layer = merged.get(node.name);
    // The layer takes the place of its normalisation, and puts out what that did.
    if (layer !== undefined) g.addNode({ ...layer, outputs: node.outputs });
    else if (!layers.has(node.name)) g.addNode(node);
  }
  for (const name of graph.outputs) g.output(g.value(name));
  return pruneGraph(g.build(), { pruneParameters: true });
}

function replaceTensors(tensors: Map<string, TensorSource>, layer: Node, norm: Node): void {
  const source = (name: string | undefined): TensorSource => tensors.get(name ?? "") ?? missing(name ?? "");
  const [weight, bias] = [source(layer.inputs[1]), source(layer.inputs[2])];
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((index) => source(norm.inputs[index]));
  const epsilon = readAttributes(norm).float("epsilon");
  const numbers = (tensor: TensorSource | undefined) => tensor?.().data as Float32Array;
  const factors = () => {
    const [s, v] = [numbers(scale), numbers(variance)];
    return Float64Array.from(s, (value, channel) => value / Math.sqrt(v[channel]! + epsilon));
  };
  const outAxis = layer.op === "Conv" ? 0 : 1;
  tensors.set(layer.inputs[1] ?? "", () => scaleChannels(weight(), outAxis, factors()));
  tensors.set(layer.inputs[2] ?? "", () => {
    const [b, m, c, f] = [bias(), numbers(mean), numbers(shift), factors()];
    return {
      ...b,
      data: Float32Array.from(
        b.data as Float32Array,
        (value, channel) => (value - m[channel]!) * f[channel]! + c[channel]!,
      ),
    };
  });
}

/** Multiplies each slice along an axis of a weight by its factor. */
function scaleChannels(tensor: Tensor, axis: number, factors: Float64Array): Tensor {
  const inner = tensor.shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const source = tensor.data as Float32Array;
  const data = new Float32Array(source.length);
  for (let start = 0, channel = 0; start < source.length; start += inner, channel = (channel + 1) % factors.length) {
    const factor = factors[channel]!;
    for (let i = start; i < start + inner; i++) data[i] = source[i]! * factor;
  }
  return { ...tensor, data };
}

function missing(name: string): never {
  throw new Error(`foldBatchNorm: no numbers for the parameter "${name}"`);
}
