/**
 * The copies that ONNX Runtime makes around convolutions: those with constant weights work on channels in blocks of the processor's
 * width, and their values are brought into that layout and out of it for nodes that know nothing of it.
 */
import type { Graph, Node, ValueInfo } from "../onnx/index.ts";

/** Channels of a block with AVX-512; with fewer the copies are as large. */
const BLOCK = 16;

/**
 * The graph with its copies as nodes, and each ReLU behind a convolution as a part of it.
 *
 * @param graph - Its parameters are constants of the session, as in inference.
 */
export function withBlockedLayout(graph: Graph): Graph {
  return new BlockedLayout(graph).build();
}

class BlockedLayout {
  readonly #graph: Graph;
  readonly #values: Map<string, ValueInfo>;
  readonly #nodes: Node[] = [];
  readonly #readers = new Map<string, Node[]>();
  readonly #outputs: ReadonlySet<string>;
  /** The value in blocks, by the name of the plain one. */
  readonly #blocked = new Map<string, string>();
  /** Values that are there in the plain layout, though a convolution put them out. */
  readonly #plain = new Set<string>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#values = new Map(graph.values);
    this.#outputs = new Set(graph.outputs);
    for (const node of graph.nodes)
      for (const name of new Set(node.inputs)) this.#readers.set(name, [...(this.#readers.get(name) ?? []), node]);
  }

  build(): Graph {
    const stored = new Set(this.#graph.parameters.map(({ name }) => name));
    const fused = new Set<Node>();
    for (const node of this.#graph.nodes) {
      if (fused.has(node)) continue;
      if (node.op === "Conv" && stored.has(node.inputs[1] ?? "")) this.#addConvolution(node, fused);
      else {
        for (const name of node.inputs) this.#bringOut(name);
        this.#nodes.push(node);
      }
    }
    return { ...this.#graph, nodes: this.#nodes, values: this.#values };
  }

  #addConvolution(node: Node, fused: Set<Node>): void {
    const [input = "", ...weights] = node.inputs;
    let [output = ""] = node.outputs;
    const [reader, ...others] = this.#readers.get(output) ?? [];
    if (reader?.op === "Relu" && others.length === 0 && !this.#outputs.has(output)) {
      fused.add(reader);
      output = reader.outputs[0] ?? "";
    }
    const source = this.#bringIn(input);
    const result = this.#addValue(output);
    this.#nodes.push({ ...node, inputs: [source, ...weights], outputs: [result] });
    this.#blocked.set(output, result);
    if (this.#outputs.has(output)) this.#bringOut(output);
  }

  /** The value in blocks; the few channels of an image are read as they are. */
  #bringIn(name: string): string {
    const known = this.#blocked.get(name);
    const channels = this.#graph.values.get(name)?.shape[1];
    if (known !== undefined || typeof channels !== "number" || channels < BLOCK) return known ?? name;
    const result = this.#addValue(name);
    this.#nodes.push({ op: "ReorderInput", name: result, inputs: [name], outputs: [result], attributes: {} });
    this.#blocked.set(name, result);
    this.#plain.add(name);
    return result;
  }

  #bringOut(name: string): void {
    const source = this.#blocked.get(name);
    if (source === undefined || this.#plain.has(name)) return;
    this.#nodes.push({ op: "ReorderOutput", name, inputs: [source], outputs: [name], attributes: {} });
    this.#plain.add(name);
  }

  #addValue(name: string): string {
    const value = this.#graph.values.get(name);
    const blocked = `${name}/blocked`;
    if (value === undefined) return blocked;
    const shape = value.shape.map((dim, axis) =>
      axis === 1 && typeof dim === "number" ? Math.ceil(dim / BLOCK) * BLOCK : dim,
    );
    this.#values.set(blocked, { ...value, name: blocked, shape });
    return blocked;
  }
}
