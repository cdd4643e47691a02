/** How many bytes of a graph's values are alive at one time, as ONNX Runtime allocates and frees them. */
import { bytesPerElement, type Graph, type Node, sizeOf, type ValueInfo } from "../onnx/index.ts";
import { executionOrder } from "./execution-order.ts";

/** Their output is their input under another shape. */
const VIEWS: ReadonlySet<string> = new Set(["Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"]);

/** They write over an input that nothing else reads. */
const IN_PLACE: ReadonlySet<string> = new Set(
  "Add Clip Div Exp Log Mul Neg Reciprocal Relu Sigmoid Softmax Sqrt Sub Sum".split(" "),
);

/** Memory that one or more values share. */
interface Block {
  readonly bytes: number;
  /** Values in it that are still read. */
  values: number;
}

/**
 * The largest sum of values that are alive at one time. Parameters, constants and what is fed are not counted: they are not the
 * runtime's to free.
 */
export function peakOfValues(graph: Graph, batch: number): number {
  return new LiveValues(graph, batch).peak();
}

/** Bytes of a value with a batch of some size. */
export function bytesOf(value: ValueInfo | undefined, batch: number): number {
  if (value === undefined) return 0;
  const shape = value.shape.map((dim) => (typeof dim === "number" ? dim : symbolicSize(dim, batch)));
  return (sizeOf(shape) ?? 0) * bytesPerElement(value.type);
}

/** `N` is the batch; a product such as `49*N` comes from a reshape. */
function symbolicSize(dim: string, batch: number): number {
  return dim.split("*").reduce((size, factor) => size * (/^\d+$/.test(factor) ? Number(factor) : batch), 1);
}

class LiveValues {
  readonly #graph: Graph;
  readonly #batch: number;
  readonly #order: readonly Node[];
  readonly #outputs: ReadonlySet<string>;
  /** Nodes that have yet to read a value. */
  readonly #readers = new Map<string, number>();
  readonly #blocks = new Map<string, Block>();
  #alive = 0;

  constructor(graph: Graph, batch: number) {
    this.#graph = graph;
    this.#batch = batch;
    this.#order = executionOrder(graph);
    this.#outputs = new Set(graph.outputs);
    for (const node of this.#order)
      for (const name of new Set(node.inputs)) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
  }

  peak(): number {
    let peak = 0;
    for (const node of this.#order) {
      const outputs = node.outputs.filter((name) => name !== "");
      for (const name of outputs) this.#allocate(node, name);
      peak = Math.max(peak, this.#alive);
      for (const name of new Set(node.inputs)) this.#read(name);
      for (const name of outputs) if (!this.#readers.has(name)) this.#free(name);
    }
    return peak;
  }

  #allocate(node: Node, name: string): void {
    const bytes = bytesOf(this.#graph.values.get(name), this.#batch);
    const shared = name === node.outputs[0] ? this.#sharedBlock(node, name, bytes) : undefined;
    const block = shared ?? { bytes, values: 0 };
    if (shared === undefined) this.#alive += bytes;
    block.values++;
    this.#blocks.set(name, block);
  }

  /** The block of an input that the output takes over. What is put out has memory of its own, but for what merely renames it. */
  #sharedBlock(node: Node, output: string, bytes: number): Block | undefined {
    const [first = ""] = node.inputs;
    if (VIEWS.has(node.op)) {
      if (this.#outputs.has(output) && node.op !== "Identity") return undefined;
      // Without a block it is a parameter, a constant or what is fed.
      return this.#blocks.get(first) ?? { bytes: 0, values: 0 };
    }
    if (!IN_PLACE.has(node.op) || this.#outputs.has(output)) return undefined;
    const dying = node.inputs.find((name) => {
      const block = this.#blocks.get(name);
      const isLast = block?.values === 1 && this.#readers.get(name) === 1 && !this.#outputs.has(name);
      return isLast && block.bytes === bytes;
    });
    return dying === undefined ? undefined : this.#blocks.get(dying);
  }

  #read(name: string): void {
    const left = (this.#readers.get(name) ?? 0) - 1;
    this.#readers.set(name, left);
    if (left === 0) this.#free(name);
  }

  #free(name: string): void {
    const block = this.#blocks.get(name);
    if (block === undefined || this.#outputs.has(name)) return;
    block.values--;
    if (block.values === 0) this.#alive -= block.bytes;
  }
}
