/** A trainer with its first weights, or with those of a checkpoint. */
import { DatasetError, OptionError } from "../../errors.ts";
import { describeMapping } from "../../labels/index.ts";
import { DECONVNET_DEFAULTS } from "../../nets/index.ts";
import { gigabytes, type MemoryEstimate, netFormFor, requireMemory, totalBytes } from "../../runtime/index.ts";
import type { NodeDevice } from "../../runtime/node.ts";
import type { TrainConfig } from "../config.ts";
import { adapterParameters, initializeAdapters } from "../distillation.ts";
import { trainingNet } from "../presets.ts";
import { Trainer, type TrainerOptions } from "../trainer.ts";
import { trainingMemory } from "../training-memory.ts";
import { type RunPosition, readNewestCheckpoint } from "./checkpoint.ts";
import { startModel } from "./model-start.ts";
import type { TrainingOptions } from "./run-options.ts";
import type { Teacher } from "./teacher.ts";
import { checkTrainedModel, type ModelPlan } from "./trained-model.ts";
import type { TrainingData } from "./training-data.ts";
import { createNodeTraining } from "./training-runtime.ts";

export interface OpenedTrainer {
  readonly trainer: Trainer;
  readonly position: RunPosition;
}

export type Note = (text: string) => void;

/** @throws What reading a model file or checkpoint throws. */
export async function openTrainer(plan: ModelPlan, options: TrainingOptions, note: Note): Promise<OpenedTrainer> {
  const { config, data, teacher } = plan;
  const { device = "cpu" } = options;
  const net = trainingNet(config, plan.architecture, netFormFor(device));
  const settings = trainerOptions(plan);
  const training = await createNodeTraining({ device });
  const estimate = requireTrainingMemory(plan, settings, device, training.availableMemory());
  const start = await startModel(net, config, options.continueFrom ?? fromOf(config, options), data.classNames);
  if (options.continueFrom !== undefined) requireContinuable(start.samples, config.samples, options.continueFrom);
  await checkTrainedModel(plan, new Map(start.parameters), device);
  for (const line of describeData(data)) note(line);
  if (teacher !== undefined) note(describeTeacher(teacher));
  const adapters = initializeAdapters(adapterParameters(net, teacher?.distillation), config.seed);
  const parameters = new Map([...start.parameters, ...adapters]);
  const trainer = await Trainer.create(training, net, parameters, settings);
  note(`about ${gigabytes(totalBytes(estimate))} of memory with batches of ${config.batch}`);
  const fingerprints = { data: data.fingerprint, ...(teacher === undefined ? {} : { teacher: teacher.sha256 }) };
  try {
    if (options.resume) return { trainer, position: await resume(trainer, options.run, fingerprints, note) };
    note(`${start.loaded.length} tensors loaded, ${start.initial.length} start anew`);
    const samples = options.continueFrom === undefined ? 0 : start.samples;
    if (samples > 0) note(`goes on at sample ${samples} of ${config.samples}`);
    const position = { samples, start: samples, validatedAt: samples, bestMeanIoU: -1, ...fingerprints };
    return { trainer, position };
  } catch (error) {
    await trainer.dispose();
    throw error;
  }
}

function trainerOptions({ config, teacher }: ModelPlan): TrainerOptions & { readonly batch: number } {
  return {
    solver: config.solver,
    batch: config.batch,
    takeParameters: true,
    labels: config.loss.labels,
    normalize: config.loss.normalize,
    statisticsMomentum: config.statisticsMomentum,
    ...(config.average > 0 ? { averageDecay: config.average } : {}),
    ...(config.loss.classWeights === undefined ? {} : { classWeights: config.loss.classWeights }),
    ...(config.threads === undefined ? {} : { threads: config.threads }),
    ...(teacher === undefined ? {} : { distillation: teacher.distillation }),
  };
}

/** Before any weights are read; without a teacher, whose maps belong to a size, other sizes are tried for what would fit. */
function requireTrainingMemory(
  { config, architecture, teacher }: ModelPlan,
  settings: TrainerOptions & { readonly batch: number },
  device: NodeDevice,
  available: number | undefined,
): MemoryEstimate {
  const { inputSize = DECONVNET_DEFAULTS.inputSize } = architecture;
  return requireMemory(
    {
      caller: "train",
      name: `the ${config.model.preset} preset`,
      batch: settings.batch,
      side: teacher === undefined ? inputSize : undefined,
      estimate: (batch, side = inputSize) => {
        const net = trainingNet(config, { ...architecture, inputSize: side }, netFormFor(device));
        return trainingMemory(net, settings, batch);
      },
      otherwise:
        config.model.preset === "compact"
          ? "Use narrower layers (model.options.widths)."
          : "Use --set model.preset=compact.",
    },
    available,
  );
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

/** Photos and classes; what becomes of the other classes; the sets where there are several. */
function describeData({ sets, classNames }: TrainingData): string[] {
  const count = (files: readonly { readonly labels: string | undefined }[]): string => {
    const without = files.filter(({ labels }) => labels === undefined).length;
    return `${files.length} photos${without > 0 ? ` (${without} without label map)` : ""}`;
  };
  const all = sets.flatMap(({ dataset }) => dataset.files);
  const mappings = sets.map(({ name, dataset, weight }) => {
    const mapping = describeMapping(dataset.mapping);
    if (sets.length === 1) return mapping;
    return `${name}: ${count(dataset.files)}, weight ${weight}${mapping === "" ? "" : `; ${mapping}`}`;
  });
  const lines = [`${count(all)}, ${classNames.length} classes: ${classNames.join(", ")}`, ...mappings];
  return lines.filter((line) => line !== "");
}

function describeTeacher({ file, distillation: { scores, features } }: Teacher): string {
  const layers = features.map(({ layer, output }) => `${layer} from ${output}`);
  const lessons = [...(scores === undefined ? [] : ["scores"]), ...layers].join(", ");
  return `teacher${file.name === undefined ? "" : ` ${file.name}`} at ${file.input.size} px: ${lessons}`;
}

async function resume(
  trainer: Trainer,
  folder: string,
  { data, teacher }: Pick<RunPosition, "data" | "teacher">,
  note: Note,
): Promise<RunPosition> {
  const { state, position, path, skipped } = await readNewestCheckpoint(folder);
  for (const { path: damaged, reason } of skipped) note(`skipped ${damaged}: ${reason}`);
  if (position.data !== data) {
    throw new DatasetError(
      `--resume: expected the data that the run began with (fingerprint ${position.data.slice(0, 12)}), got others (${data.slice(0, 12)}). Pass the same --data, unchanged.`,
      folder,
    );
  }
  if (position.teacher !== teacher) {
    const short = (sha256 = "none"): string => sha256.slice(0, 12);
    throw new OptionError(
      `--resume: expected the teacher that the run began with (fingerprint ${short(position.teacher)}), got another (${short(teacher)}). Put the model and its description back.`,
    );
  }
  await trainer.restore(state);
  note(`resumed at sample ${position.samples} from ${path}`);
  return position;
}
