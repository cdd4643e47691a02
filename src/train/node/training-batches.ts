/** Batches of a data set as the trainer takes them. */
import type { Batch, SecondInput } from "../../data/index.ts";
import { prepareBatches } from "../../data/node.ts";
import type { Tensor } from "../../onnx/index.ts";
import type { TrainConfig } from "../config.ts";
import type { MicroBatch } from "../step-host.ts";
import type { Teacher } from "./teacher.ts";
import type { TrainingData } from "./training-data.ts";

/** Sample numbers that no training reaches. */
const STATISTICS_FIRST = 2 ** 40;

/** The micro-batches of each step, from sample `first` on, without end. A teacher works on the next step's during this one. */
export async function* trainingBatches(
  data: TrainingData,
  config: TrainConfig,
  first: number,
  teacher?: Teacher,
): AsyncGenerator<readonly MicroBatch[], void, void> {
  const batches = batchesOf(data, config, first, config.workers, teacher?.input);
  const makeStep = async (): Promise<MicroBatch[]> => {
    const step: Promise<MicroBatch>[] = [];
    while (step.length < config.accumulate) {
      step.push(taughtBatch((await batches.next()).value, data.cropSize, teacher));
      step.at(-1)?.catch(() => {}); // an error is thrown where its step is awaited
    }
    return await Promise.all(step);
  };
  let next: Promise<MicroBatch[]> | undefined;
  try {
    for (;;) {
      const step = await (next ?? makeStep());
      if (teacher !== undefined) {
        next = makeStep();
        next.catch(() => {});
      }
      yield step;
    }
  } finally {
    await next?.catch(() => {});
    await batches.return(undefined as never);
  }
}

async function taughtBatch(batch: Batch, side: number, teacher: Teacher | undefined): Promise<MicroBatch> {
  const micro = microBatch(batch, side);
  return teacher === undefined ? micro : { ...micro, teacher: await teacher.run(batch.second, batch.size) };
}

/** The images over which batch-norm statistics are estimated: always the same ones. */
export async function statisticsImages(
  data: TrainingData,
  config: TrainConfig,
  signal: AbortSignal,
): Promise<Tensor[]> {
  const images: Tensor[] = [];
  for await (const batch of batchesOf(data, config, STATISTICS_FIRST, 0)) {
    signal.throwIfAborted();
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
  second?: SecondInput,
): AsyncGenerator<Batch, never, void> {
  const samples = { ...config.augment, cropSize: data.cropSize, ...(second === undefined ? {} : { second }) };
  const { sampling } = config.data;
  const datasets = data.sets.map(({ dataset }) => dataset);
  return prepareBatches(datasets, data.index, config.seed, {
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
