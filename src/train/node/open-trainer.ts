/** A trainer with its first weights, or with those of a checkpoint. */
import { DatasetError, OptionError } from "../../errors.ts";
import { describeMapping } from "../../labels/index.ts";
import type { TrainConfig } from "../config.ts";
import { trainingNet } from "../presets.ts";
import { Trainer } from "../trainer.ts";
import { type RunPosition, readNewestCheckpoint } from "./checkpoint.ts";
import { startModel } from "./model-start.ts";
import type { TrainingOptions } from "./run-options.ts";
import type { ModelPlan } from "./trained-model.ts";
import { nodeTraining } from "./training-runtime.ts";

export interface OpenedTrainer {
  readonly trainer: Trainer;
  readonly position: RunPosition;
}

export type Note = (text: string) => void;

/** @throws What reading a model file or checkpoint throws. */
export async function openTrainer(plan: ModelPlan, options: TrainingOptions, note: Note): Promise<OpenedTrainer> {
  const { config, data } = plan;
  const net = trainingNet(config, plan.architecture);
  const start = await startModel(net, config, options.continueFrom ?? fromOf(config, options), data.classNames);
  if (options.continueFrom !== undefined) requireContinuable(start.samples, config.samples, options.continueFrom);
  note(`${data.train.files.length} photos, ${data.classNames.length} classes: ${data.classNames.join(", ")}`);
  const mapping = describeMapping(data.train.mapping);
  if (mapping !== "") note(mapping);
  const trainer = await Trainer.create(nodeTraining, net, start.parameters, {
    solver: config.solver,
    batch: config.batch,
    statisticsMomentum: config.statisticsMomentum,
    ...(config.average > 0 ? { averageDecay: config.average } : {}),
    ...(config.loss.classWeights === undefined ? {} : { classWeights: config.loss.classWeights }),
    ...(config.threads === undefined ? {} : { threads: config.threads }),
  });
  try {
    if (options.resume) return { trainer, position: await resume(trainer, options.run, data.fingerprint, note) };
    note(`${start.loaded.length} tensors loaded, ${start.initial.length} start anew`);
    const samples = options.continueFrom === undefined ? 0 : start.samples;
    if (samples > 0) note(`goes on at sample ${samples} of ${config.samples}`);
    const position = { samples, start: samples, validatedAt: samples, bestMeanIoU: -1, data: data.fingerprint };
    return { trainer, position };
  } catch (error) {
    await trainer.dispose();
    throw error;
  }
}

/** A resumed run has its weights in the checkpoint. */
function fromOf(config: TrainConfig, { resume }: TrainingOptions): string {
  return resume ? "none" : config.from;
}

function requireContinuable(seen: number, total: number, path: string): void {
  if (seen > 0 && seen < total) return;
  if (seen === 0) {
    throw new OptionError(
      `--continue: expected a model file with training.samples in its metadata, got none in ${path}. Start from it with --from.`,
    );
  }
  throw new OptionError(
    `--continue: expected a training of more than the ${seen} samples that ${path} has seen, got ${total}. Raise it: --set samples=${2 * seen}`,
  );
}

async function resume(trainer: Trainer, folder: string, data: string, note: Note): Promise<RunPosition> {
  const { state, position, path, skipped } = await readNewestCheckpoint(folder);
  for (const { path: damaged, reason } of skipped) note(`skipped ${damaged}: ${reason}`);
  if (position.data !== data) {
    throw new DatasetError(
      `--resume: expected the data that the run began with (fingerprint ${position.data.slice(0, 12)}), got others (${data.slice(0, 12)}). Pass the same --data, unchanged.`,
      folder,
    );
  }
  await trainer.restore(state);
  note(`resumed at sample ${position.samples} from ${path}`);
  return position;
}
