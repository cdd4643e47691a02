/** How much memory a graph needs, known before anything is allocated. */
import { BackendError } from "../errors.ts";
import { bytesPerElement, type Graph, sizeOf, type ValueInfo } from "../onnx/index.ts";

export interface MemoryEstimate {
  /** Bytes of the parameters. */
  readonly parameters: number;
  /** Bytes of the largest set of values that are alive at one time. */
  readonly activations: number;
}

/** Walks the nodes in order; a value lives from the node that makes it to the last one that reads it. */
export function estimateMemory(graph: Graph, { batch }: { readonly batch: number }): MemoryEstimate {
  const bytes = (value: ValueInfo | undefined): number =>
    value === undefined
      ? 0
      : (sizeOf(value.shape.map((dim) => (typeof dim === "number" ? dim : symbolicSize(dim, batch)))) ?? 0) *
        bytesPerElement(value.type);
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, index) => {
    for (const name of node.inputs) lastUse.set(name, index);
  });
  for (const name of graph.outputs) lastUse.set(name, graph.nodes.length);
  let alive = graph.inputs.reduce((sum, input) => sum + bytes(input), 0);
  let peak = alive;
  graph.nodes.forEach((node, index) => {
    const outputs = node.outputs.filter((name) => name !== "");
    for (const name of outputs) alive += bytes(graph.values.get(name));
    peak = Math.max(peak, alive);
    const dead = new Set([...node.inputs, ...outputs].filter((name) => (lastUse.get(name) ?? index) === index));
    for (const name of dead) if (!isStored(graph, name)) alive -= bytes(graph.values.get(name));
  });
  return { parameters: graph.parameters.reduce((sum, parameter) => sum + bytes(parameter), 0), activations: peak };
}

/** Parameters and constants are never freed; they are counted apart. */
function isStored(graph: Graph, name: string): boolean {
  return (
    graph.constants.has(name) ||
    graph.parameters.some((parameter) => parameter.name === name) ||
    graph.inputs.some((input) => input.name === name)
  );
}

/** `N` is the batch; a product such as `49*N` comes from a reshape. */
function symbolicSize(dim: string, batch: number): number {
  return dim.split("*").reduce((size, factor) => size * (/^\d+$/.test(factor) ? Number(factor) : batch), 1);
}

/** @throws {BackendError} with both numbers if the estimate is more than what is available. */
export function assertMemory(name: string, estimate: MemoryEstimate, available: number | undefined, copies = 1): void {
  const needed = estimate.parameters * copies + estimate.activations;
  if (available === undefined || needed <= available) return;
  throw new BackendError(
    `createSession: expected "${name}" to need at most the ${gigabytes(available)} that are free, got an estimate of ${gigabytes(needed)} ` +
      `(${gigabytes(estimate.parameters * copies)} for parameters, ${gigabytes(estimate.activations)} for activations). Use a smaller batch, input size or preset.`,
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`;
}
