/** How many bytes of a graph's values are alive at one time, as ONNX Runtime allocates and frees them. */
import { bytesPerElement, formatShape, type Graph, type Node, sizeOf, type ValueInfo } from "../onnx/index.ts";
import { executionOrder } from "./execution-order.ts";

/** Their output is their input under another shape. */
const VIEWS: ReadonlySet<string> = new Set(["Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"]);

/** They write over an input that nothing else reads. */
const IN_PLACE: ReadonlySet<string> = new Set(
  "Add Clip Div Exp Log Mul Neg Reciprocal Relu Sigmoid Softmax Sqrt Sub Sum".split(" "),
);

/** Memory that values share: at the same time, or one after the other. */
interface Block {
  readonly bytes: number;
  /** Values in it that are still read. */
  values: number;
  /** The node behind which the last of them is not read any more; `undefined` if one is put out. */
  end: number | undefined;
}

/** A block that is free for a value of the same shape. */
interface FreeBlock {
  readonly shape: string;
  readonly block: Block;
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

/**
 * Plans as the runtime does when it loads a graph: a value takes a block over that a dead one of the same shape had. The block is
 * not freed in between, however long that is.
 */
class LiveValues {
  readonly #graph: Graph;
  readonly #batch: number;
  readonly #order: readonly Node[];
  readonly #outputs: ReadonlySet<string>;
  /** Nodes that have yet to read a value. */
  readonly #readers = new Map<string, number>();
  readonly #blocks = new Map<string, Block>();
  /** The one that became free last comes first. */
  readonly #free: FreeBlock[] = [];
  /** Values whose batch the runtime does not know when it plans, as it is behind a reshape: they take nothing over. */
  readonly #unplanned = new Set<string>();

  constructor(graph: Graph, batch: number) {
    this.#graph = graph;
    this.#batch = batch;
    this.#order = executionOrder(graph);
    this.#outputs = new Set(graph.outputs);
    for (const node of this.#order)
      for (const name of new Set(node.inputs)) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
  }

  peak(): number {
    const starts: Block[][] = this.#order.map((node, position) => {
      const outputs = node.outputs.filter((name) => name !== "");
      const begun = outputs.flatMap((name) => this.#allocate(node, name));
      for (const name of new Set(node.inputs)) this.#read(name, position);
      for (const name of outputs) if (!this.#readers.has(name)) this.#release(name, position);
      return begun;
    });
    const ends = new Map<number, number>();
    for (const { bytes, end } of starts.flat()) if (end !== undefined) ends.set(end, (ends.get(end) ?? 0) + bytes);
    let [alive, peak] = [0, 0];
    starts.forEach((begun, position) => {
      alive += begun.reduce((sum, { bytes }) => sum + bytes, 0);
      peak = Math.max(peak, alive);
      alive -= ends.get(position) ?? 0;
    });
    return peak;
  }

  /** The block that is new for a value, if it needs one. */
  #allocate(node: Node, name: string): Block[] {
    const value = this.#graph.values.get(name);
    const bytes = bytesOf(value, this.#batch);
    if (node.inputs.some((input) => this.#unplanned.has(input)) || node.op === "Reshape") this.#unplanned.add(name);
    const shared =
      (name === node.outputs[0] ? this.#sharedBlock(node, name, bytes) : undefined) ?? this.#freeBlock(name);
    const block = shared ?? { bytes, values: 0, end: undefined };
    block.values++;
    this.#blocks.set(name, block);
    return shared === undefined ? [block] : [];
  }

  /** The block of an input that the output takes over. What is put out has memory of its own, but for what merely renames it. */
  #sharedBlock(node: Node, output: string, bytes: number): Block | undefined {
    const [first = ""] = node.inputs;
    if (VIEWS.has(node.op)) {
      if (this.#outputs.has(output) && node.op !== "Identity") return undefined;
      // Without a block it is a parameter, a constant or what is fed.
      return this.#blocks.get(first) ?? { bytes: 0, values: 1, end: undefined };
    }
    if (!IN_PLACE.has(node.op) || this.#outputs.has(output)) return undefined;
    const dying = node.inputs.find((name) => {
      const block = this.#blocks.get(name);
      const isLast = block?.values === 1 && this.#readers.get(name) === 1 && !this.#outputs.has(name);
      return isLast && block.bytes === bytes;
    });
    return dying === undefined ? undefined : this.#blocks.get(dying);
  }

  #freeBlock(name: string): Block | undefined {
    if (this.#outputs.has(name) || this.#unplanned.has(name)) return undefined;
    const shape = this.#shapeOf(name);
    const found = this.#free.findIndex((free) => free.shape === shape);
    return found < 0 ? undefined : this.#free.splice(found, 1)[0]?.block;
  }

  #shapeOf(name: string): string {
    const value = this.#graph.values.get(name);
    return value === undefined ? "" : `${bytesPerElement(value.type)}: ${formatShape(value.shape)}`;
  }

  #read(name: string, position: number): void {
    const left = (this.#readers.get(name) ?? 0) - 1;
    this.#readers.set(name, left);
    if (left === 0) this.#release(name, position);
  }

  #release(name: string, position: number): void {
    const block = this.#blocks.get(name);
    if (block === undefined || this.#outputs.has(name)) return;
    block.values--;
    if (block.values > 0) return;
    block.end = position;
    if (!this.#unplanned.has(name)) this.#free.unshift({ shape: this.#shapeOf(name), block });
  }
}
