/** A whole training: data, steps, checkpoints, validation, the model file at the end. */
import type { Batch } from "../../data/index.ts";
import { prepareBatches } from "../../data/node.ts";
import { BackendError, OptionError } from "../../errors.ts";
import { type EvaluationJson, evaluationJson } from "../../evaluate/index.ts";
import { CAFFE_PREPROCESSING } from "../../image/index.ts";
import { VOC_PALETTE } from "../../labels/index.ts";
import type { DeconvNetOptions } from "../../nets/index.ts";
import type { Tensor } from "../../onnx/index.ts";
import type { JsonObject, ModelMetadata } from "../../weights/index.ts";
import { readModelFile, writeModelFile } from "../../weights/node.ts";
import type { TrainConfig } from "../config.ts";
import { nodeTraining } from "../node.ts";
import { architectureOptions, trainingNet } from "../presets.ts";
import { learningRateAt } from "../schedule.ts";
import type { MicroBatch, ParameterMap } from "../step-engine.ts";
import { Trainer } from "../trainer.ts";
import { readNewestCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { startModel } from "./model-start.ts";
import { RunFolder } from "./run-folder.ts";
import { openTrainingData, type TrainingData } from "./training-data.ts";
import { evaluateModel } from "./validate.ts";

/** What happens during a training, for whoever shows it. */
export type TrainingEvent =
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "progress"; readonly progress: TrainingProgress }
  | { readonly type: "validation"; readonly samples: number; readonly result: EvaluationJson; readonly best: boolean };

export interface TrainingProgress {
  readonly step: number;
  readonly samples: number;
  readonly total: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly samplesPerSecond: number;
  /** Share of the time that was spent waiting for batches. */
  readonly readerShare: number;
  readonly secondsLeft: number;
  readonly residentBytes: number;
}

export interface TrainingOptions {
  /** The folder of the data set. */
  readonly data: string;
  /** Its name, which the model file keeps. */
  readonly dataName: string;
  /** The folder of the run. */
  readonly run: string;
  readonly resume?: boolean;
  /** A model file of an earlier training: goes on at its sample number and place in the schedule. */
  readonly continueFrom?: string | undefined;
  /** An abort saves a checkpoint and ends the training. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
}

export interface TrainingResult {
  readonly samples: number;
  readonly finished: boolean;
  /** The last validation; `undefined` if there was none. */
  readonly validation: EvaluationJson | undefined;
}

export async function runTraining(config: TrainConfig, options: TrainingOptions): Promise<TrainingResult> {
  const folder = options.resume ? await RunFolder.open(options.run) : await RunFolder.create(options.run, config);
  const cropSize = architectureOptions(config, 1).inputSize ?? 224;
  const data = await openTrainingData(options.data, config, cropSize, options.signal);
  const training = await Training.open(config, options, folder, data);
  try {
    return await training.run();
  } finally {
    await training.close();
  }
}

class Training {
  readonly #config: TrainConfig;
  readonly #options: TrainingOptions;
  readonly #folder: RunFolder;
  readonly #data: TrainingData;
  readonly #architecture: DeconvNetOptions;
  readonly #trainer: Trainer;
  #statisticsImages: readonly Tensor[] = [];
  #samples = 0;
  #best = -1;
  #validation: EvaluationJson | undefined;

  private constructor(
    config: TrainConfig,
    options: TrainingOptions,
    folder: RunFolder,
    data: TrainingData,
    architecture: DeconvNetOptions,
    trainer: Trainer,
  ) {
    this.#config = config;
    this.#options = options;
    this.#folder = folder;
    this.#data = data;
    this.#architecture = architecture;
    this.#trainer = trainer;
  }

  static async open(
    config: TrainConfig,
    options: TrainingOptions,
    folder: RunFolder,
    data: TrainingData,
  ): Promise<Training> {
    const architecture = architectureOptions(config, data.classNames.length);
    const net = trainingNet(config, architecture);
    const start = await startModel(
      net,
      options.continueFrom === undefined ? config : { ...config, from: options.continueFrom },
      data.classNames,
    );
    const note = (text: string): void => options.onEvent({ type: "note", text });
    note(`${data.train.files.length} photos, ${data.classNames.length} classes: ${data.classNames.join(", ")}`);
    note(`${start.loaded.length} tensors loaded, ${start.initial.length} start anew`);
    const trainer = await Trainer.create(nodeTraining, net, start.parameters, {
      solver: config.solver,
      batch: config.batch,
      statisticsMomentum: config.statisticsMomentum,
      ...(config.average > 0 ? { averageDecay: config.average } : {}),
      ...(config.loss.classWeights === undefined ? {} : { classWeights: config.loss.classWeights }),
      ...(config.threads === undefined ? {} : { threads: config.threads }),
    });
    const training = new Training(config, options, folder, data, architecture, trainer);
    try {
      await training.#start(start.metadata);
    } catch (error) {
      await trainer.dispose();
      throw error;
    }
    return training;
  }

  async run(): Promise<TrainingResult> {
    const { config, signal } = { config: this.#config, signal: this.#options.signal };
    const { accumulate, batch: batchSize } = config;
    const perStep = batchSize * accumulate;
    const batches = prepareBatches(this.#data.train, this.#data.index, config.seed, {
      batchSize,
      first: this.#samples,
      sampling: config.data.sampling,
      workers: config.workers,
      samples: this.#data.samples,
    });
    const meter = new Meter();
    try {
      while (this.#samples < config.samples && !signal.aborted) {
        const waited = performance.now();
        const micro: MicroBatch[] = [];
        for (let i = 0; i < accumulate; i++) micro.push(microBatch((await batches.next()).value, this.#cropSize));
        const reader = performance.now() - waited;
        const learningRate = learningRateAt(config.schedule, this.#samples, config.samples);
        const { loss, step } = await this.#trainer.step(micro, { learningRate });
        this.#samples += perStep;
        meter.add(loss, perStep, reader, performance.now() - waited);
        if (meter.due(step)) await this.#report(meter, step, learningRate);
        if (crossed(this.#samples, perStep, config.checkpoint)) await this.#checkpoint();
        const last = this.#samples >= config.samples;
        if (!last && config.validation.every > 0 && crossed(this.#samples, perStep, config.validation.every))
          await this.#validate();
      }
    } finally {
      await batches.return(undefined as never);
    }
    await this.#checkpoint();
    const finished = this.#samples >= config.samples;
    if (finished) await this.#validate();
    return { samples: this.#samples, finished, validation: this.#validation };
  }

  async close(): Promise<void> {
    await this.#trainer.dispose();
  }

  get #cropSize(): number {
    return this.#data.samples.cropSize ?? 0;
  }

  async #start(metadata: ModelMetadata | undefined): Promise<void> {
    const { resume, continueFrom, onEvent, signal } = this.#options;
    const checkpoint = resume ? await readNewestCheckpoint(this.#folder.path) : undefined;
    if (checkpoint !== undefined) {
      for (const { path, reason } of checkpoint.skipped) onEvent({ type: "note", text: `skipped ${path}: ${reason}` });
      await this.#trainer.restore(checkpoint.state);
      [this.#samples, this.#best] = [checkpoint.samples, checkpoint.bestMeanIoU];
      onEvent({ type: "note", text: `resumed at sample ${this.#samples} from ${checkpoint.path}` });
      return;
    }
    if (continueFrom !== undefined) {
      const samples = metadata?.training?.samples;
      if (samples === undefined)
        throw new OptionError(
          `--continue: expected a model file with training.samples in its metadata, got none in ${continueFrom}.`,
        );
      this.#samples = samples;
      onEvent({ type: "note", text: `goes on at sample ${samples} of ${this.#config.samples}` });
    }
    await this.#trainer.estimateStatistics(await this.#statistics(), { signal });
  }

  /** The batches over which statistics are estimated: always the same ones, with numbers that no training reaches. */
  async #statistics(): Promise<readonly Tensor[]> {
    if (this.#statisticsImages.length > 0) return this.#statisticsImages;
    const { batch, seed, statisticsBatches, data } = this.#config;
    const batches = prepareBatches(this.#data.train, this.#data.index, seed, {
      batchSize: batch,
      first: 2 ** 40,
      sampling: data.sampling,
      workers: 0,
      samples: this.#data.samples,
    });
    const images: Tensor[] = [];
    while (images.length < statisticsBatches)
      images.push(microBatch((await batches.next()).value, this.#cropSize).images);
    this.#statisticsImages = images;
    return images;
  }

  async #report(meter: Meter, step: number, learningRate: number): Promise<void> {
    const progress = meter.report(step, this.#samples, this.#config.samples, learningRate);
    await this.#folder.log({ type: "step", ...progress });
    this.#options.onEvent({ type: "progress", progress });
  }

  async #checkpoint(): Promise<void> {
    await writeCheckpoint(this.#folder.path, {
      state: await this.#trainer.state(),
      samples: this.#samples,
      bestMeanIoU: this.#best,
    });
  }

  /** Writes the model as it stands; with a validation split, scores it and keeps the best. */
  async #validate(): Promise<void> {
    const parameters = await this.#trainer.model(await this.#statistics());
    const evaluationSize = this.#config.validation.size ?? this.#cropSize;
    const model = {
      architecture: "deconvnet",
      architectureOptions: { ...this.#architecture, epsilon: this.#config.model.epsilon },
      parameters,
      classNames: this.#data.classNames,
      preprocessing: CAFFE_PREPROCESSING,
      evaluationSize,
    };
    if (this.#data.validation === undefined) {
      await this.#write("last.safetensors", parameters, evaluationSize);
      return;
    }
    const matrix = await evaluateModel(model, this.#data.validation, { signal: this.#options.signal });
    const result = evaluationJson(matrix, this.#data.classNames);
    this.#validation = result;
    const best = result.meanIoU > this.#best;
    this.#best = Math.max(this.#best, result.meanIoU);
    await this.#folder.log({
      type: "validation",
      samples: this.#samples,
      meanIoU: result.meanIoU,
      iou: result.classes.map(({ iou }) => iou),
    });
    await this.#folder.result({
      samples: this.#samples,
      meanIoU: result.meanIoU,
      ...Object.fromEntries(result.classes.map(({ name, iou }) => [name, iou])),
    });
    await this.#write("last.safetensors", parameters, evaluationSize);
    if (best) await this.#write("best.safetensors", parameters, evaluationSize);
    this.#options.onEvent({ type: "validation", samples: this.#samples, result, best });
  }

  async #write(name: string, parameters: ParameterMap, evaluationSize: number): Promise<void> {
    const { solver, schedule, augment, average, from, batch, accumulate, samples } = this.#config;
    const details = JSON.parse(
      JSON.stringify({
        solver,
        schedule,
        augment,
        average,
        from: from.includes("/") ? "file" : from,
        batch,
        accumulate,
        totalSamples: samples,
      }),
    ) as JsonObject;
    const images = this.#data.train.files.length;
    await writeModelFile(this.#folder.file(name), {
      metadata: {
        contents: "net",
        architecture: "deconvnet",
        architectureOptions: JSON.parse(
          JSON.stringify({ ...this.#architecture, epsilon: this.#config.model.epsilon }),
        ) as JsonObject,
        channelOrder: "BGR",
        mean: CAFFE_PREPROCESSING.mean,
        classNames: this.#data.classNames,
        palette: this.#palette(),
        evaluationSize,
        training: {
          dataSets: [{ name: this.#options.dataName, split: this.#data.train.split, images }],
          seed: this.#config.seed,
          samples: this.#samples,
          details,
        },
      },
      tensors: parameters,
    });
  }

  /** Each class keeps the colour that it has in its data set. */
  #palette(): [number, number, number][] {
    const { names } = this.#data.train;
    return this.#data.classNames.map(
      (name) => [...(VOC_PALETTE[names.indexOf(name)] ?? [0, 0, 0])] as [number, number, number],
    );
  }
}

function microBatch(batch: Batch | undefined, side: number): MicroBatch {
  if (batch === undefined) throw new BackendError("runTraining: expected a batch, got none.");
  return {
    images: { type: "float32", shape: [batch.size, 3, side, side], data: batch.images },
    labels: { type: "int32", shape: [batch.size, side, side], data: batch.labels },
  };
}

/** Whether the last step went over a multiple of `every`. */
function crossed(samples: number, perStep: number, every: number): boolean {
  return Math.floor(samples / every) > Math.floor((samples - perStep) / every);
}

/** Mean loss and rates between two reports. */
class Meter {
  #loss = 0;
  #steps = 0;
  #samples = 0;
  #reader = 0;
  #time = 0;

  add(loss: number, samples: number, reader: number, time: number): void {
    this.#loss += loss;
    this.#steps++;
    this.#samples += samples;
    this.#reader += reader;
    this.#time += time;
  }

  /** After the first step, then about every ten seconds. */
  due(step: number): boolean {
    return step === 1 || this.#time > 10_000;
  }

  report(step: number, samples: number, total: number, learningRate: number): TrainingProgress {
    const samplesPerSecond = (this.#samples / this.#time) * 1000;
    const progress = {
      step,
      samples,
      total,
      loss: this.#loss / this.#steps,
      learningRate,
      samplesPerSecond,
      readerShare: this.#reader / this.#time,
      secondsLeft: Math.max(0, total - samples) / samplesPerSecond,
      residentBytes: process.memoryUsage.rss(),
    };
    [this.#loss, this.#steps, this.#samples, this.#reader, this.#time] = [0, 0, 0, 0, 0];
    return progress;
  }
}
