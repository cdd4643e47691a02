/** What a network definition returns: its graph, its parameters and the names by which others find their way. */
import type { Graph, ValueInfo } from "../onnx/index.ts";

export type ParameterKind = "weight" | "bias" | "scale" | "shift" | "running_mean" | "running_var";

/** A tensor of a network that is stored in its file. */
export interface Parameter {
  /** `<layer>.<kind>`, such as `conv1_1.weight`. */
  readonly name: string;
  readonly layer: string;
  readonly kind: ParameterKind;
  readonly shape: readonly number[];
  /** False for statistics, for frozen layers, and for fixed ones such as bilinear upsampling. */
  readonly trainable: boolean;
}

/** The statistics of one batch normalisation in a training graph. */
export interface BatchStatistics {
  readonly layer: string;
  /** Graph values of shape `[channels]`: the batch's mean and its biased variance. */
  readonly mean: string;
  readonly variance: string;
  /** Pixels a channel and image: the batch's count is this times the batch size. */
  readonly pixels: number;
}

export interface Net {
  readonly architecture: string;
  readonly graph: Graph;
  /** In the order in which the layers read them. */
  readonly parameters: readonly Parameter[];
  /** Batch normalisations that use the batch's own statistics; empty in an inference graph. */
  readonly statistics: readonly BatchStatistics[];
  /** Value after each layer's ReLU (or the layer itself where it has none), by layer name. */
  readonly activations: ReadonlyMap<string, string>;
  /** BGR image minus mean, float32 `[n, 3, h, w]`. */
  readonly input: ValueInfo;
  /** Score map, float32 `[n, classes, h, w]`. */
  readonly output: ValueInfo;
  /** The layer that makes the scores: replaced when the class list changes. */
  readonly scoreLayer: string;
}

/** How many numbers a net learns: weights, biases, scales and shifts. */
export function countParameters(net: Net): number {
  return net.parameters
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}
