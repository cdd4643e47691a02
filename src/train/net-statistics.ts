/** Batch-norm statistics of a whole net: the running ones after a step, and an estimate over several batches. */
import type { Tensor } from "../onnx/index.ts";
import type { StepPlan } from "./plan.ts";
import { blendStatistics, PooledStatistics, unbiasedCorrection } from "./statistics.ts";
import type { ParameterMap } from "./step-host.ts";

type Outputs = Readonly<Record<string, Tensor>>;

/** The parameters that hold the running statistics. */
export function runningNames({ statistics }: StepPlan): string[] {
  return statistics.flatMap(({ layer }) => [`${layer}.running_mean`, `${layer}.running_var`]);
}

/** r <- (1 - m) r + m batch, in place, with the unbiased variance, as PyTorch does. */
export function updateRunning(
  plan: StepPlan,
  parameters: ReadonlyMap<string, Tensor>,
  outputs: Outputs,
  images: number,
): void {
  const share = plan.statisticsMomentum;
  for (const { layer, mean, variance, pixels } of plan.statistics) {
    const correction = unbiasedCorrection(images * pixels);
    blendStatistics(numbers(parameters, `${layer}.running_mean`), numbersOf(outputs[mean]), share);
    blendStatistics(numbers(parameters, `${layer}.running_var`), numbersOf(outputs[variance]), share, correction);
  }
}

/**
 * Statistics over the union of some batches of images.
 *
 * @param run - Runs the graph that puts out the statistics of one batch.
 */
export async function estimateNetStatistics(
  plan: StepPlan,
  parameters: ReadonlyMap<string, Tensor>,
  images: readonly Tensor[],
  run: (input: Tensor) => Promise<Outputs>,
  signal?: AbortSignal,
): Promise<ParameterMap> {
  const pooled = plan.statistics.map((entry) => ({
    ...entry,
    sums: new PooledStatistics(numbers(parameters, `${entry.layer}.running_mean`).length),
  }));
  for (const input of images) {
    signal?.throwIfAborted();
    const outputs = await run(input);
    for (const { sums, mean, variance, pixels } of pooled)
      sums.add(numbersOf(outputs[mean]), numbersOf(outputs[variance]), pixels * (input.shape[0] ?? 1));
  }
  const estimates: ParameterMap = new Map();
  for (const { layer, sums } of pooled) {
    for (const [kind, data] of [
      ["running_mean", sums.mean()],
      ["running_var", sums.variance()],
    ] as const)
      estimates.set(`${layer}.${kind}`, { type: "float32", shape: [data.length], data });
  }
  return estimates;
}

function numbers(parameters: ReadonlyMap<string, Tensor>, name: string): Float32Array {
  return numbersOf(parameters.get(name));
}

function numbersOf(tensor: Tensor | undefined): Float32Array {
  return (tensor?.data ?? new Float32Array()) as Float32Array;
}
