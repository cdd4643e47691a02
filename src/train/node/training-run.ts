/** The course of a training: steps, checkpoints, validations, until the last sample or an interrupt. */
import { DeconvnetError } from "../../errors.ts";
import { type EvaluationJson, evaluationJson } from "../../evaluate/index.ts";
import type { Tensor } from "../../onnx/index.ts";
import type { NodeDevice } from "../../runtime/node.ts";
import { segmentationModel } from "../../segment/index.ts";
import { evaluateModel } from "../../segment/node.ts";
import { writeModelFile } from "../../weights/node.ts";
import { afterValidation, FIRST_PATIENCE, type Patience } from "../patience.ts";
import { learningRateAt } from "../schedule.ts";
import type { MicroBatch } from "../step-host.ts";
import type { Trainer } from "../trainer.ts";
import { type RunPosition, writeCheckpoint } from "./checkpoint.ts";
import { Meter } from "./meter.ts";
import type { RunFolder } from "./run-folder.ts";
import type { TrainingEvent, TrainingProgress, TrainingResult } from "./run-options.ts";
import { RunRecorder } from "./run-recorder.ts";
import { type ModelPlan, trainedModel } from "./trained-model.ts";
import { statisticsImages, trainingBatches } from "./training-batches.ts";

/** A step is logged this long after the last one, ms, and so many times in a run at least, so that a short one has curves too. */
const [LOG_MS, LOG_ENTRIES] = [10_000, 200];

const [BEST, LAST] = ["best.safetensors", "last.safetensors"];

export class TrainingRun {
  readonly #plan: ModelPlan;
  readonly #folder: RunFolder;
  readonly #trainer: Trainer;
  readonly #signal: AbortSignal;
  readonly #onEvent: (event: TrainingEvent) => void;
  readonly #device: NodeDevice;
  readonly #meter = new Meter();
  readonly #recorder: RunRecorder;
  #position: RunPosition;
  #statistics: readonly Tensor[] | undefined;
  #validation: EvaluationJson | undefined;
  /** Sample of the last checkpoint. */
  #saved: number;
  #logged = Number.NEGATIVE_INFINITY;

  constructor(
    plan: ModelPlan,
    folder: RunFolder,
    trainer: Trainer,
    position: RunPosition,
    signal: AbortSignal,
    onEvent: (event: TrainingEvent) => void,
    device: NodeDevice,
  ) {
    this.#device = device;
    this.#plan = plan;
    this.#folder = folder;
    this.#trainer = trainer;
    this.#position = position;
    this.#saved = position.samples;
    this.#signal = signal;
    this.#onEvent = onEvent;
    this.#recorder = new RunRecorder(folder, plan.data, (text) => onEvent({ type: "note", text }));
  }

  /** For a run that begins: estimates the statistics of the loaded layers, and writes the first checkpoint. */
  async begin(): Promise<void> {
    await this.#trainer.estimateStatistics(await this.#statisticsImages(), { signal: this.#signal });
    await this.#checkpoint();
  }

  /** Whether a step of this run is done, now or before it was resumed. */
  get hasSteps(): boolean {
    return this.#position.samples > this.#position.start;
  }

  /** Whether so many validations brought nothing better that the training is to end. */
  get #hasStoppedEarly(): boolean {
    const { patience } = this.#plan.config.validation;
    return patience > 0 && (this.#position.patience?.sinceBest ?? 0) >= patience;
  }

  async run(): Promise<TrainingResult> {
    const { samples: total } = this.#plan.config;
    await this.#recorder.started(this.#position.samples, this.#position.start);
    let finished = false;
    try {
      await this.#steps(total);
      if (this.#position.samples >= total) await this.#validate();
      // An interrupt that comes now has nothing left to stop.
      finished = this.#position.samples >= total || this.#hasStoppedEarly;
    } catch (error) {
      // An interrupt of a validation; one between steps ends the loop.
      if (!this.#signal.aborted || error !== this.#signal.reason) {
        await this.#recorder.failed(this.#position.samples, error);
        throw error;
      }
      if (this.#saved < this.#position.samples) await this.#checkpoint();
    }
    await this.#recorder.ended(this.#position.samples, finished);
    const { samples, bestMeanIoU } = this.#position;
    const model = this.#folder.file(bestMeanIoU < 0 ? LAST : BEST);
    return { samples, finished, model, validation: this.#validation };
  }

  async #steps(total: number): Promise<void> {
    const { config, data, teacher } = this.#plan;
    if (this.#position.samples < total && this.#validationIsDue()) await this.#validate();
    const batches = trainingBatches(data, config, this.#position.samples, teacher);
    try {
      while (this.#position.samples < total && !this.#hasStoppedEarly && !this.#signal.aborted) {
        await this.#step(batches);
        const { samples } = this.#position;
        const stops = samples >= total || this.#signal.aborted;
        if (stops || passed(config.checkpoint, this.#saved, samples)) await this.#checkpoint();
        if (!stops && this.#validationIsDue()) await this.#validate();
      }
      if (this.#hasStoppedEarly) await this.#endEarly();
    } catch (error) {
      if (error instanceof DeconvnetError && this.hasSteps) {
        this.#onEvent({ type: "note", text: `the last good checkpoint is that of sample ${this.#saved}` });
      }
      throw error;
    } finally {
      await batches.return();
    }
  }

  /** The checkpoint keeps that it is over. */
  async #endEarly(): Promise<void> {
    const { patience } = this.#plan.config.validation;
    const text = `no better mean IoU in ${patience} validations: the training ends at sample ${this.#position.samples}`;
    this.#onEvent({ type: "note", text });
    await this.#checkpoint();
  }

  async #step(batches: AsyncGenerator<readonly MicroBatch[], void, void>): Promise<void> {
    const { schedule, samples: total, batch, accumulate } = this.#plan.config;
    const begun = performance.now();
    const micro = (await batches.next()).value ?? [];
    const waitedMs = performance.now() - begun;
    const { samples: before, start, patience } = this.#position;
    const learningRate = learningRateAt(schedule, before, total, start, patience?.reductions);
    await this.#recorder.batch((before - start) / (batch * accumulate), before, micro);
    // Without the signal: a step that has begun is finished, so that weights and position agree.
    const { loss, lossParts, step } = await this.#trainer.step(micro, { learningRate });
    const samples = before + batch * accumulate;
    this.#position = { ...this.#position, samples };
    const totalMs = performance.now() - begun;
    this.#meter.add({ loss, lossParts, samples: batch * accumulate, waitedMs, totalMs });
    const progress = this.#progress(step, learningRate);
    this.#onEvent({ type: "step", progress });
    const isDue = passed(1, (LOG_ENTRIES * before) / total, (LOG_ENTRIES * samples) / total);
    if (!isDue && performance.now() - this.#logged < LOG_MS) return;
    this.#logged = performance.now();
    await this.#recorder.step(progress);
  }

  #progress(step: number, learningRate: number): TrainingProgress {
    const { loss, lossParts, samplesPerSecond, readerShare } = this.#meter;
    const { samples } = this.#position;
    const total = this.#plan.config.samples;
    return {
      step,
      samples,
      total,
      loss,
      lossParts: Object.fromEntries(lossParts),
      learningRate,
      samplesPerSecond,
      readerShare,
      secondsLeft: Math.max(0, total - samples) / samplesPerSecond,
      residentBytes: process.memoryUsage.rss(),
    };
  }

  async #checkpoint(): Promise<void> {
    const state = await this.#trainer.state();
    const path = await writeCheckpoint(this.#folder.path, { state, position: this.#position });
    this.#saved = this.#position.samples;
    this.#onEvent({ type: "checkpoint", samples: this.#position.samples, path });
  }

  #validationIsDue(): boolean {
    const { every } = this.#plan.config.validation;
    return every > 0 && passed(every, this.#position.validatedAt, this.#position.samples);
  }

  /** Writes the model as it stands; with a validation split, scores it and keeps the best. */
  async #validate(): Promise<void> {
    const { config, data } = this.#plan;
    const signal = this.#signal;
    const parameters = await this.#trainer.model(await this.#statisticsImages(), { signal });
    const file = trainedModel(this.#plan, this.#position, parameters);
    const { samples } = this.#position;
    if (data.validation !== undefined) {
      const engine = { device: this.#device, ...(config.threads === undefined ? {} : { threads: config.threads }) };
      const model = segmentationModel(file, "training");
      const photos = this.#recorder.pickPhotos();
      const onImage = photos.add.bind(photos);
      const evaluation = await evaluateModel(model, data.validation, { signal, onImage, ...engine });
      const result = evaluationJson(evaluation.matrix, data.classNames);
      const meanIoU = result.meanIoU ?? 0;
      const best = meanIoU > this.#position.bestMeanIoU;
      if (best) await writeModelFile(this.#folder.file(BEST), file);
      await this.#folder.result(samples, result);
      await this.#recorder.validated(samples, evaluation, photos);
      this.#validation = result;
      this.#position = {
        ...this.#position,
        bestMeanIoU: Math.max(this.#position.bestMeanIoU, meanIoU),
        patience: this.#countValidation(best),
      };
      this.#onEvent({ type: "validation", samples, result, best });
    }
    await writeModelFile(this.#folder.file(LAST), file);
    this.#position = { ...this.#position, validatedAt: samples };
  }

  #countValidation(best: boolean): Patience {
    const { schedule, samples: total } = this.#plan.config;
    const { samples, start, patience: before = FIRST_PATIENCE } = this.#position;
    const after = afterValidation(before, best, schedule.type === "plateau" ? schedule.patience : undefined);
    // The last batch may go beyond the end.
    const at = Math.min(samples, total);
    const rate = ({ reductions }: Patience): number => learningRateAt(schedule, at, total, start, reductions);
    // At the floor it stays.
    if (rate(after) < rate(before)) {
      const text = `no better mean IoU in ${schedule.patience} validations: the rate falls to ${rate(after).toExponential(2)}`;
      this.#onEvent({ type: "note", text });
    }
    return after;
  }

  async #statisticsImages(): Promise<readonly Tensor[]> {
    this.#statistics ??= await statisticsImages(this.#plan.data, this.#plan.config, this.#signal);
    return this.#statistics;
  }
}

/** Whether a multiple of `every` lies between two positions. */
function passed(every: number, before: number, now: number): boolean {
  return Math.floor(now / every) > Math.floor(before / every);
}
