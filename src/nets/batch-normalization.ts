/** Batch normalisation in a net: by stored statistics, or by the batch's own as an operator or written out. */
import { type GraphBuilder, knownDim, type ValueInfo } from "../onnx/index.ts";

export interface BatchNormParameters {
  readonly scale: ValueInfo;
  readonly shift: ValueInfo;
  readonly mean: ValueInfo;
  readonly variance: ValueInfo;
}

export interface BatchNormOptions {
  readonly name: string;
  readonly form: "operator" | "primitives";
  /** Normalise with the batch's statistics, and put them out as `<name>.batch_mean` and `<name>.batch_var` (biased). */
  readonly usesBatch: boolean;
  readonly epsilon: number;
}

export function batchNormalization(
  g: GraphBuilder,
  x: ValueInfo,
  parameters: BatchNormParameters,
  options: BatchNormOptions,
): ValueInfo {
  const { name, epsilon } = options;
  const { scale, shift, mean, variance } = parameters;
  const inputs = [x, scale, shift, mean, variance];
  if (!options.usesBatch) return g.op("BatchNormalization", inputs, { epsilon }, { name });
  if (options.form === "primitives") return g.scope(name, () => writtenOut(g, x, parameters, options));
  // Momentum 0: the operator's "running" outputs are then the batch's own statistics; the trainer keeps the running ones.
  const outputs = [name, `${name}.batch_mean`, `${name}.batch_var`];
  return g.ops(
    "BatchNormalization",
    inputs,
    { epsilon, momentum: 0, training_mode: 1 },
    { name, outputs },
  )[0] as ValueInfo;
}

const PIXELS = [0, 2, 3];

function writtenOut(
  g: GraphBuilder,
  x: ValueInfo,
  { scale, shift }: BatchNormParameters,
  { name, epsilon }: BatchNormOptions,
): ValueInfo {
  const perChannel = [knownDim(x.shape[1], name), 1, 1];
  const mean = g.reduceMean(x, PIXELS, true);
  const centred = g.sub(x, mean);
  const variance = g.reduceMean(g.mul(centred, centred), PIXELS, true);
  g.op("Squeeze", [mean, g.ints(PIXELS)], {}, { outputs: [`${name}.batch_mean`] });
  g.op("Squeeze", [variance, g.ints(PIXELS)], {}, { outputs: [`${name}.batch_var`] });
  const normalized = g.div(centred, g.op("Sqrt", [g.add(variance, g.scalar(epsilon))]));
  return g.op("Add", [g.mul(normalized, g.reshape(scale, perChannel)), g.reshape(shift, perChannel)], {}, { name });
}
