/** Trains an edge net on the photos of a folder. */
import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { OptionError } from "../../errors.ts";
import { readPhotoSize } from "../../image/node.ts";
import { EDGE_NET_GRID, edgeNet, initialize } from "../../nets/index.ts";
import type { Tensor } from "../../onnx/index.ts";
import { randomFor } from "../../tensor/index.ts";
import { ADAMW_DEFAULTS, type ParameterMap, Trainer } from "../../train/index.ts";
import { nodeTraining } from "../../train/node.ts";
import type { ModelFile } from "../../weights/index.ts";
import { EDGE_NET_PREPROCESSING } from "../edge-net-detector.ts";
import { balancedWeights, drawBatch, type EdgeSample, halfLabels } from "../edge-samples.ts";
import type { EdgeExamples } from "./edge-examples.ts";
import { checkTrainingMemory } from "./train-edges.ts";

/** Settings of {@link trainEdgeNet}. */
export interface TrainEdgeNetOptions {
  readonly steps: number;
  /** Crops in a step. */
  readonly batch: number;
  /** Side of a crop, a multiple of 16, px; smaller photos are left out. */
  readonly crop: number;
  /** At the first step; falls to 0 along a cosine. */
  readonly learningRate: number;
  readonly seed: number;
  /** Begins with these parameters instead of drawn ones. */
  readonly from?: ReadonlyMap<string, Tensor>;
  /** Replaces what the layout of the folder tells of the terms. */
  readonly terms?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainEdgeNetProgress) => void;
}

export type TrainEdgeNetProgress =
  | { readonly stage: "photos"; readonly done: number; readonly of: number }
  /** `loss`: the mean of the last steps. */
  | { readonly stage: "steps"; readonly done: number; readonly of: number; readonly loss: number };

export const TRAIN_EDGE_NET_DEFAULTS: Readonly<
  Pick<TrainEdgeNetOptions, "steps" | "batch" | "crop" | "learningRate" | "seed">
> = Object.freeze({ steps: 20_000, batch: 4, crop: 128, learningRate: 2e-3, seed: 1 });

const WEIGHT_DECAY = 1e-3;
/** Batches that the statistics of batch norm are taken from at the end. */
const STATISTICS_BATCHES = 32;
/** Steps whose losses a progress report sums up. */
const REPORT_STEPS = 25;
/** A pixel's colours, and a label for each four. */
const BYTES_A_PIXEL = 3.25;

/**
 * Trains an edge net by AdamW on crops, half of them mirrored; edges and the rest count the same in the loss.
 *
 * @param examples - From `openEdgeExamples`.
 * @param options - {@link TrainEdgeNetOptions}; defaults {@link TRAIN_EDGE_NET_DEFAULTS}.
 * @returns A model file's contents: what it was trained on, how, and on which terms is in the metadata.
 * @throws {OptionError} for options out of range, if no photo is as large as a crop, or if all do not fit in memory.
 *   {@link ShapeError} if `from` does not fit the net. `signal.reason` if cancelled.
 */
export async function trainEdgeNet(
  examples: EdgeExamples,
  options: Partial<TrainEdgeNetOptions> = {},
): Promise<ModelFile> {
  const all = { ...TRAIN_EDGE_NET_DEFAULTS, ...options };
  const { steps, batch, crop, learningRate, seed } = all;
  checkOptions(all);
  const samples = await readSamples(examples, all);
  const tensors = await trainSteps(samples, all);
  const details = { crop, batch, learningRate, weightDecay: WEIGHT_DECAY, solver: "AdamW" };
  return {
    tensors,
    metadata: {
      contents: "layers",
      architecture: "edge-net",
      architectureOptions: {},
      channelOrder: "RGB",
      mean: EDGE_NET_PREPROCESSING.mean,
      training: {
        dataSets: [{ name: examples.name, images: samples.length }],
        seed,
        samples: steps * batch,
        steps,
        details,
      },
      license: options.terms ?? examples.terms,
    },
  };
}

function checkOptions({ steps, batch, crop, learningRate }: TrainEdgeNetOptions): void {
  const counts = { steps, batch };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1)
      throw new OptionError(`trainEdgeNet: expected ${name} to be a whole number of at least 1, got ${value}.`);
  }
  const grid = 2 * EDGE_NET_GRID;
  if (!Number.isInteger(crop / grid) || crop < grid)
    throw new OptionError(`trainEdgeNet: expected a crop of a multiple of ${grid} px, got ${crop}.`);
  if (!(learningRate > 0 && learningRate <= 1))
    throw new OptionError(`trainEdgeNet: expected a learning rate above 0, 1 at most, got ${learningRate}.`);
}

async function readSamples(
  examples: EdgeExamples,
  { crop, signal, onProgress }: TrainEdgeNetOptions,
): Promise<EdgeSample[]> {
  let pixels = 0;
  for (const path of examples.photos) {
    signal?.throwIfAborted();
    const { width, height } = await readPhotoSize(await readFile(path), path);
    pixels += width * height;
  }
  checkTrainingMemory("trainEdgeNet", BYTES_A_PIXEL * pixels, totalmem());
  const samples: EdgeSample[] = [];
  for (let photo = 0; photo < examples.photos.length; photo++) {
    const { image, boundaries } = await examples.read(photo);
    signal?.throwIfAborted();
    if (Math.min(image.width, image.height) >= crop) samples.push({ image, labels: halfLabels(boundaries, image) });
    onProgress?.({ stage: "photos", done: photo + 1, of: examples.photos.length });
  }
  if (samples.length === 0) {
    throw new OptionError(
      `trainEdgeNet: expected a photo of at least ${crop} x ${crop} px, got none of ${examples.photos.length}. Use a smaller crop.`,
    );
  }
  return samples;
}

async function trainSteps(samples: readonly EdgeSample[], options: TrainEdgeNetOptions): Promise<ParameterMap> {
  const { steps, batch, crop, seed, signal, onProgress } = options;
  const net = edgeNet({ mode: "training", height: crop, width: crop });
  const parameters = new Map(options.from ?? initialize(net, { seed }));
  await using trainer = await Trainer.create(nodeTraining, net, parameters, {
    solver: { ...ADAMW_DEFAULTS, weightDecay: WEIGHT_DECAY },
    batch,
    classWeights: balancedWeights(samples),
  });
  const random = randomFor(seed);
  let sum = 0;
  for (let step = 1; step <= steps; step++) {
    const learningRate = (options.learningRate * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2;
    const batches = [drawBatch(samples, batch, crop, random)];
    sum += (await trainer.step(batches, { learningRate, ...(signal === undefined ? {} : { signal }) })).loss;
    if (step % REPORT_STEPS !== 0 && step !== steps) continue;
    onProgress?.({ stage: "steps", done: step, of: steps, loss: sum / (((step - 1) % REPORT_STEPS) + 1) });
    sum = 0;
  }
  const batches = Array.from({ length: STATISTICS_BATCHES }, () => drawBatch(samples, batch, crop, random).images);
  return await trainer.model(batches);
}
