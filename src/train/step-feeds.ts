/** What a training graph is fed besides the parameters. */
import type { Tensor } from "../onnx/index.ts";
import { batchShares } from "./batch-shares.ts";
import type { StepPlan } from "./plan.ts";
import type { MicroBatch } from "./step-host.ts";

/** For each micro-batch its images, labels, what the teacher says of them, and its share in the step. */
export function stepFeeds(plan: StepPlan, batches: readonly MicroBatch[]): Record<string, Tensor>[] {
  const shares = plan.shares === undefined ? [] : batchShares(batches, plan.classWeights);
  return batches.map((batch, i) => {
    const feeds: Record<string, Tensor> = { input: batch.images, labels: batch.labels };
    for (const [output, input] of plan.teacherInputs) {
      const tensor = batch.teacher?.[output];
      if (tensor !== undefined) feeds[input] = tensor;
    }
    const share = shares[i];
    if (plan.shares !== undefined && share !== undefined) {
      feeds[plan.shares.labels] = scalar(share.labels);
      if (plan.shares.images !== undefined) feeds[plan.shares.images] = scalar(share.images);
    }
    return feeds;
  });
}

/** A float32 tensor without axes. */
export function scalar(value: number): Tensor {
  return { type: "float32", shape: [], data: Float32Array.of(value) };
}
