/** What a thread that trains is asked, and what it answers. */
import type { Tensor } from "../onnx/index.ts";

export interface MicroBatch {
  /** BGR minus mean, float32 `[n, 3, h, w]`. */
  readonly images: Tensor;
  /** int32 `[n, h, w]`; 255 is void. */
  readonly labels: Tensor;
  /** What the teacher puts out for the images, by the names of its outputs; none without distillation. */
  readonly teacher?: Readonly<Record<string, Tensor>>;
}

export type ParameterMap = Map<string, Tensor>;

/** Everything that the next step depends on; plain data. */
export interface TrainerState {
  /** Steps done. */
  readonly step: number;
  /** Weights, biases, batch-norm scales and shifts, running statistics, and adapters. */
  readonly parameters: ParameterMap;
  /** The solver's arrays by parameter. */
  readonly solver: Map<string, Float32Array[]>;
  /** The moving average of the trained parameters; empty if none is kept. */
  readonly average: Map<string, Float32Array>;
}

export interface GradientResult {
  /** Mean loss of the micro-batches. */
  readonly loss: number;
  /** What it is the sum of, by name; empty where it has one part only. */
  readonly lossParts: ReadonlyMap<string, number>;
  readonly gradients: Map<string, Float32Array>;
}

export interface StepResult {
  /** Mean loss of the micro-batches, before the update. */
  readonly loss: number;
  /** What it is the sum of, by name; empty where it has one part only. */
  readonly lossParts: ReadonlyMap<string, number>;
  /** Steps done, this one included. */
  readonly step: number;
}

/** What a thread that trains answers to; the same in this thread and across a port. */
export interface StepHost {
  step(batches: readonly MicroBatch[], learningRate: number, signal?: AbortSignal): Promise<StepResult>;
  /** Gradients averaged over the micro-batches, without an update; running statistics stay too. */
  gradients(batches: readonly MicroBatch[], signal?: AbortSignal): Promise<GradientResult>;
  /** Statistics over the union of some batches of images, with the weights (or their average) fixed; nothing is changed. */
  estimateStatistics(images: readonly Tensor[], averaged: boolean, signal?: AbortSignal): Promise<ParameterMap>;
  /** Replaces parameters by name. */
  assign(parameters: ParameterMap): Promise<void>;
  state(): Promise<TrainerState>;
  restore(state: TrainerState): Promise<void>;
  dispose(): Promise<void>;
}
