/** How much memory a network needs, known before anything is allocated; `bench/memory-estimate.bench.ts` compares with what it takes. */
import { BackendError } from "../errors.ts";
import type { Graph } from "../onnx/index.ts";
import { withBlockedLayout } from "./blocked-layout.ts";
import { bytesOf, peakOfValues } from "./live-values.ts";

/** Bytes by what they are for. */
export interface MemoryEstimate {
  /** What is there before any network: Node, this package, the runtime's code, threads. */
  readonly process: number;
  /** The parameters, with all that is kept for each of them. */
  readonly parameters: number;
  /** The values of the graph that are alive at one time, with what is fed and put out. */
  readonly activations: number;
}

/** Measured on Node 20 and onnxruntime-node 1.30, Linux x64: a worker thread with a session of one node. */
const PROCESS_BYTES = 160e6;

/** Gaps between the blocks of the runtime's arena. */
const ARENA_SHARE = 1.2;

/** This thread's garbage while it makes the parameters: at most so much before it is collected. */
const GARBAGE_BYTES = 40e6;

/** For a network that runs forward, with its parameters in the runtime. */
export function estimateMemory(graph: Graph, { batch }: { readonly batch: number }): MemoryEstimate {
  const parameters = parameterBytes(graph);
  return {
    process: PROCESS_BYTES,
    parameters: parameters + Math.min(parameters, GARBAGE_BYTES),
    activations: activationBytes(withBlockedLayout(graph), batch),
  };
}

/** Values that are alive, in the runtime's arena, where what is put out stays; and what is fed. */
export function activationBytes(graph: Graph, batch: number): number {
  const fed = graph.inputs.reduce((sum, value) => sum + bytesOf(value, batch), 0);
  return Math.ceil(ARENA_SHARE * peakOfValues(graph, batch)) + fed;
}

export function parameterBytes(graph: Graph): number {
  return graph.parameters.reduce((sum, parameter) => sum + bytesOf(parameter, 1), 0);
}

export function totalBytes({ process, parameters, activations }: MemoryEstimate): number {
  return process + parameters + activations;
}

/** What is about to be loaded, and what could be smaller about it. */
export interface MemoryNeed {
  /** Who asks, for the message. */
  readonly caller: string;
  readonly name: string;
  readonly batch: number;
  /** Side of the input, px, where it may be another multiple of 32. */
  readonly side?: number | undefined;
  readonly estimate: (batch: number, side: number | undefined) => MemoryEstimate;
  /** What to do if neither a batch of 1 nor a side of 32 px fits. */
  readonly otherwise: string;
}

/**
 * Compares what a network needs with what is free, before anything is allocated.
 *
 * @param available - Bytes; `undefined` where the platform does not tell.
 * @returns The estimate.
 * @throws {BackendError} with both numbers and what would fit.
 */
export function requireMemory(need: MemoryNeed, available: number | undefined): MemoryEstimate {
  const estimate = need.estimate(need.batch, need.side);
  if (available === undefined || totalBytes(estimate) <= available) return estimate;
  const parts =
    `${gigabytes(estimate.parameters)} for parameters, ${gigabytes(estimate.activations)} for activations with a batch of ${need.batch}` +
    `${need.side === undefined ? "" : ` at ${need.side} px`}`;
  throw new BackendError(
    `${need.caller}: expected "${need.name}" to need at most the ${gigabytes(available)} that are free, got an estimate of ` +
      `${gigabytes(totalBytes(estimate))} (${parts}). ${whatFits(need, available)}`,
  );
}

function whatFits({ batch, side, estimate, otherwise }: MemoryNeed, available: number): string {
  const fits = (candidate: number, at: number | undefined): boolean => totalBytes(estimate(candidate, at)) <= available;
  const smaller = largest(batch - 1, (candidate) => fits(candidate, side));
  if (smaller > 0) return `Use a batch of at most ${smaller}.`;
  const steps = side === undefined ? 0 : largest(side / 32 - 1, (candidate) => fits(1, 32 * candidate));
  return steps > 0 ? `Use a batch of 1 and a size of at most ${32 * steps} px.` : otherwise;
}

/** The largest whole number up to `most` that fits, if each that is smaller than one that fits does too; 0 if 1 does not. */
function largest(most: number, fits: (candidate: number) => boolean): number {
  let [low, high] = [0, Math.floor(most)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`;
}
