/**
 * Computes once what a graph would compute from its parameters at each run: reshapes, transposes and slices of weights. The
 * results become the parameters; each is made when it is asked for, so that a large net is not in memory twice.
 */
import { readAttributes } from "./attributes.ts";
import { createArray } from "./data-type.ts";
import type { Graph, Node, Tensor, ValueInfo } from "./graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { pruneGraph } from "./prune.ts";
import { bindShape, normalizeAxis } from "./shape.ts";

/** A tensor that is made when it is needed; its shape may be known before. */
export interface TensorSource {
  (): Tensor;
  readonly shape?: readonly number[];
}

export interface BoundGraph {
  readonly graph: Graph;
  /** The numbers of every parameter of the graph. */
  readonly tensors: ReadonlyMap<string, TensorSource>;
}

interface Folded {
  /** The parameter that it was made from. */
  readonly root: string;
  readonly shape: readonly number[];
  readonly source: TensorSource;
}

const MOVEMENTS: ReadonlySet<string> = new Set(["Reshape", "Transpose", "Slice"]);

export function foldParameters({ graph, tensors }: BoundGraph): BoundGraph {
  const folded = new Map<string, Folded>();
  for (const { name, shape } of graph.parameters) {
    const source = tensors.get(name);
    if (source !== undefined) folded.set(name, { root: name, shape: bindShape(shape, {}), source });
  }
  const kept: Node[] = [];
  for (const node of graph.nodes) {
    const from = MOVEMENTS.has(node.op) ? folded.get(node.inputs[0] ?? "") : undefined;
    const output = graph.values.get(node.outputs[0] ?? "");
    // What is put out must still be computed by a node.
    if (from === undefined || output === undefined || graph.outputs.includes(output.name)) kept.push(node);
    else folded.set(output.name, foldNode(graph, node, from, output));
  }
  return rebuild(graph, kept, folded);
}

function foldNode(graph: Graph, node: Node, from: Folded, output: ValueInfo): Folded {
  const shape = bindShape(output.shape, {});
  return { root: from.root, shape, source: () => ({ ...moveElements(graph, node, from.source(), shape), shape }) };
}

/** What is still read becomes a parameter: under its root's name where nothing else was made from that. */
function rebuild(graph: Graph, nodes: readonly Node[], folded: ReadonlyMap<string, Folded>): BoundGraph {
  const read = new Set(nodes.flatMap((node) => node.inputs).filter((name) => folded.has(name)));
  const roots = new Map([...read].map((name) => [name, folded.get(name)?.root ?? name]));
  const uses = new Map<string, number>();
  for (const root of roots.values()) uses.set(root, (uses.get(root) ?? 0) + 1);
  const names = new Map([...roots].map(([name, root]) => [name, uses.get(root) === 1 ? root : name]));
  const g = GraphBuilder.from({ ...graph, parameters: [], nodes: [], values: new Map() });
  const tensors = new Map<string, TensorSource>();
  for (const name of read) {
    const value = folded.get(name);
    const newName = names.get(name) ?? name;
    if (value === undefined || g.find(newName) !== undefined) continue;
    g.parameter(newName, value.shape);
    tensors.set(newName, value.source);
  }
  for (const node of nodes) g.addNode({ ...node, inputs: node.inputs.map((name) => names.get(name) ?? name) });
  for (const name of graph.outputs) g.output(g.value(name));
  return { graph: pruneGraph(g.build(), { pruneParameters: true }), tensors };
}

function moveElements(graph: Graph, node: Node, tensor: Tensor, shape: readonly number[]): Tensor {
  if (node.op === "Reshape") return tensor;
  const strides = rowMajorStrides(tensor.shape);
  if (node.op === "Transpose") {
    const perm = readAttributes(node).ints("perm");
    return gather(
      tensor,
      shape,
      perm.map((axis) => strides[axis] ?? 0),
      0,
    );
  }
  const ints = (index: number) => Array.from(graph.constants.get(node.inputs[index] ?? "")?.data ?? [], Number);
  const [starts, axes, steps] = [ints(1), ints(3), ints(4)];
  let offset = 0;
  axes.forEach((given, index) => {
    const axis = normalizeAxis(given, tensor.shape.length, node.name);
    const size = tensor.shape[axis] ?? 0;
    const start = starts[index] ?? 0;
    offset += (start < 0 ? start + size : start) * (strides[axis] ?? 0);
    strides[axis] = (strides[axis] ?? 0) * (steps[index] ?? 1);
  });
  return gather(tensor, shape, strides, offset);
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}

/** Reads element (i, j, ...) of the result at `offset + i*strides[0] + j*strides[1] + ...`. */
function gather(tensor: Tensor, shape: readonly number[], strides: readonly number[], offset: number): Tensor {
  const source = tensor.data as Float32Array;
  const result = createArray(
    "float32",
    shape.reduce((size, dim) => size * dim, 1),
  );
  const last = shape.length - 1;
  const [count, stride] = [shape[last] ?? 1, strides[last] ?? 0];
  let written = 0;
  const walk = (axis: number, start: number): void => {
    if (axis === last) for (let i = 0; i < count; i++) result[written++] = source[start + i * stride]!;
    else for (let i = 0; i < (shape[axis] ?? 0); i++) walk(axis + 1, start + i * (strides[axis] ?? 0));
  };
  walk(0, offset);
  return { type: "float32", shape, data: result };
}
