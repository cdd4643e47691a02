/** What training a network needs of memory, known from its gradient graph. */
import type { Net } from "../nets/index.ts";
import type { Graph } from "../onnx/index.ts";
import { activationBytes, estimateMemory, type MemoryEstimate, parameterBytes } from "../runtime/index.ts";
import { factorGradients } from "./factored-gradients.ts";
import { buildTrainingGraph, type LossOptions } from "./plan.ts";
import { type Solver, slotCount } from "./solver.ts";

export interface TrainingMemoryOptions extends LossOptions {
  readonly solver: Solver;
  /** Whether a moving average of the weights is kept. */
  readonly averageDecay?: number;
  /** Whether the trainer takes the caller's arrays over. */
  readonly takeParameters?: boolean;
}

/** Copies of frozen numbers in the graph's bytes, in what is read from them, and as the processor wants them. */
const FROZEN_COPIES = 3;

/** On the processor, for micro-batches of `batch` images. */
export function trainingMemory(net: Net, options: TrainingMemoryOptions, batch: number): MemoryEstimate {
  const { graph, trained, gradients } = buildTrainingGraph(net, options);
  return trainingGraphMemory(factorGradients(graph, gradients.values()).graph, bytesOf(trained), options, batch);
}

/** As {@link trainingMemory}, of a graph that is built already. @param trained - Bytes of the parameters that learn. */
export function trainingGraphMemory(
  graph: Graph,
  trained: number,
  { solver, averageDecay, takeParameters = false }: Omit<TrainingMemoryOptions, keyof LossOptions>,
  batch: number,
): MemoryEstimate {
  const all = parameterBytes(graph);
  // The trainer's own, and the caller's; of what learns, the solver's arrays and the average. Gradients are outputs of the graph,
  // which count among its activations.
  const copies = slotCount(solver) + (averageDecay === undefined ? 0 : 1);
  return {
    process: estimateMemory(graph, { batch }).process,
    parameters: (takeParameters ? 1 : 2) * all + FROZEN_COPIES * Math.max(0, all - trained) + copies * trained,
    activations: activationBytes(graph, batch, "gradients"),
  };
}

export function bytesOf(parameters: readonly { readonly shape: readonly number[] }[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 4), 0);
}
