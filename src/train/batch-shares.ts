/** How much each micro-batch counts for in a step, so that several give the gradient of one large batch. */
import type { Tensor } from "../onnx/index.ts";
import { VOID_LABEL } from "./plan.ts";

/** What is counted of a micro-batch. */
interface CountedBatch {
  readonly images: Tensor;
  readonly labels: Tensor;
}

export interface BatchShare {
  /** Of the labelled pixels, each by the weight of its class; 1 is an equal share. */
  readonly labels: number;
  /** Of the images; 1 is an equal share. */
  readonly images: number;
}

/**
 * The mean over micro-batches of loss times share is the loss over all their pixels: each one's own loss is a mean over its own.
 *
 * @param classWeights - Weight of each class in the loss; default 1 for all.
 */
export function batchShares(batches: readonly CountedBatch[], classWeights?: readonly number[]): BatchShare[] {
  const labels = batches.map((batch) => countLabels(batch.labels.data as Int32Array, classWeights));
  const images = batches.map((batch) => batch.images.shape[0] ?? 0);
  const [allLabels, allImages] = [sum(labels), sum(images)];
  return batches.map((_, i) => ({
    // Without a labelled pixel there is no loss to share.
    labels: allLabels === 0 ? 0 : ((labels[i] ?? 0) * batches.length) / allLabels,
    images: ((images[i] ?? 0) * batches.length) / allImages,
  }));
}

function countLabels(labels: Int32Array, classWeights: readonly number[] | undefined): number {
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label !== VOID_LABEL) count += classWeights === undefined ? 1 : (classWeights[label] ?? 0);
  }
  return count;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
