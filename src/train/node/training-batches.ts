/** Batches of a data set as the trainer takes them. */
import type { Batch } from "../../data/index.ts";
import { prepareBatches } from "../../data/node.ts";
import type { Tensor } from "../../onnx/index.ts";
import type { TrainConfig } from "../config.ts";
import type { MicroBatch } from "../step-engine.ts";
import type { TrainingData } from "./training-data.ts";

/** Sample numbers that no training reaches. */
const STATISTICS_FIRST = 2 ** 40;

/** The micro-batches of each step, from sample `first` on, without end. */
export async function* trainingBatches(
  data: TrainingData,
  config: TrainConfig,
  first: number,
): AsyncGenerator<readonly MicroBatch[], void, void> {
  let step: MicroBatch[] = [];
  for await (const batch of batchesOf(data, config, first, config.workers)) {
    step.push(microBatch(batch, data.cropSize));
    if (step.length < config.accumulate) continue;
    yield step;
    step = [];
  }
}

/** The images over which batch-norm statistics are estimated: always the same ones. */
export async function statisticsImages(data: TrainingData, config: TrainConfig): Promise<Tensor[]> {
  const images: Tensor[] = [];
  for await (const batch of batchesOf(data, config, STATISTICS_FIRST, 0)) {
    images.push(microBatch(batch, data.cropSize).images);
    if (images.length === config.statisticsBatches) break;
  }
  return images;
}

function batchesOf(
  data: TrainingData,
  config: TrainConfig,
  first: number,
  workers: number,
): AsyncGenerator<Batch, never, void> {
  const samples = { ...config.augment, cropSize: data.cropSize };
  const { sampling } = config.data;
  return prepareBatches(data.train, data.index, config.seed, {
    batchSize: config.batch,
    first,
    sampling,
    workers,
    samples,
  });
}

function microBatch({ size, images, labels }: Batch, side: number): MicroBatch {
  return {
    images: { type: "float32", shape: [size, 3, side, side], data: images },
    labels: { type: "int32", shape: [size, side, side], data: labels },
  };
}
