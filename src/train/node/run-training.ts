/** A whole training: data, steps, checkpoints, validation, the model file at the end. */
import { OptionError } from "../../errors.ts";
import type { TrainConfig } from "../config.ts";
import { architectureOptions } from "../presets.ts";
import { openTrainer } from "./open-trainer.ts";
import { RunFolder } from "./run-folder.ts";
import type { TrainingOptions, TrainingResult } from "./run-options.ts";
import { Teacher } from "./teacher.ts";
import { openTrainingData, type TrainingData } from "./training-data.ts";
import { TrainingRun } from "./training-run.ts";

/**
 * Trains a network on a data set, into the folder of a run: `args.yaml`, `log.jsonl`, `results.csv`, checkpoints, the model
 * after the last validation (`last.safetensors`) and the best one (`best.safetensors`).
 *
 * @param config - From {@link readTrainConfig}.
 * @throws {OptionError} if the folder of a new run exists. {@link DatasetError} for a damaged data set.
 * @throws {BackendError} if the loss is not finite (the layer is named; the last good checkpoint stays), or the disk is full.
 * @throws `signal.reason` if it is aborted before the first checkpoint.
 */
export async function runTraining(config: TrainConfig, options: TrainingOptions): Promise<TrainingResult> {
  const { signal = new AbortController().signal, onEvent = () => {} } = options;
  const opened = options.resume ? await RunFolder.open(options.run) : await RunFolder.requireNew(options.run);
  let folder = opened ?? undefined;
  try {
    const { inputSize = 224 } = architectureOptions(config, 1);
    const data = await openTrainingData(options.data, config, inputSize, signal);
    requireValidations(config, data);
    const architecture = architectureOptions(config, data.classNames.length);
    await using teacher = await openTeacher(config, data.classNames);
    const plan = { config, data, dataName: options.dataName, architecture, teacher };
    const onNote = (text: string): void => onEvent({ type: "note", text });
    const { trainer, position } = await openTrainer(plan, options, onNote);
    data.notes.forEach(onNote);
    try {
      folder ??= await RunFolder.create(options.run, config);
      const run = new TrainingRun(plan, folder, trainer, position, signal, onEvent, options.device ?? "cpu");
      return opened === undefined ? await firstRun(run, folder) : await run.run();
    } finally {
      await trainer.dispose();
    }
  } finally {
    await folder?.release();
  }
}

/** What waits for a better validation needs validations. */
function requireValidations({ schedule, validation }: TrainConfig, data: TrainingData): void {
  const waiting = schedule.type === "plateau" ? "schedule.type plateau" : "validation.patience";
  if (schedule.type !== "plateau" && validation.patience === 0) return;
  if (data.validation !== undefined && validation.every > 0) return;
  throw new OptionError(
    `runTraining: expected validations for ${waiting}, got data.val ${data.validation === undefined ? "none" : "given"} and validation.every ${validation.every}. Set both.`,
  );
}

/** Before the trainer, so that the trainer's look at the free memory sees what the teacher has taken. */
async function openTeacher(config: TrainConfig, names: readonly string[]): Promise<Teacher | undefined> {
  const { distill, data } = config;
  return distill.teacher === undefined
    ? undefined
    : await Teacher.open(distill.teacher, distill, { names, others: data.others });
}

/** What stops a run before its first step is done leaves no folder behind: there would be nothing to go on from. */
async function firstRun(run: TrainingRun, folder: RunFolder): Promise<TrainingResult> {
  try {
    await run.begin();
    return await run.run();
  } catch (error) {
    if (!run.hasSteps) await folder.remove();
    throw error;
  }
}
