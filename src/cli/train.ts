/** `deconvnet train`: trains a network on a folder of photos and label maps. */
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { shellWord } from "../shell-word.ts";
import type { TrainConfig, TrainingResult } from "../train/node.ts";
import { checkUsage, collect, readClassNames, readNamedFile } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { chosenDevice, type DeviceFlags, deviceOption } from "./device-option.ts";
import { ProgressLine } from "./progress-line.ts";
import { showEvent } from "./training-report.ts";

interface TrainFlags extends DeviceFlags {
  readonly data: readonly string[];
  readonly run: string;
  readonly set: readonly string[];
  readonly from?: string;
  readonly teacher?: string;
  readonly classes?: string;
  readonly map: readonly string[];
  readonly resume?: boolean;
  readonly continue?: string;
}

export function configureTrain(command: Command, terminal: Terminal): void {
  command
    .argument("[config]", "settings, a YAML file; flags and --set come on top")
    .requiredOption(
      "--data <folder[=weight]>",
      "VOC folder, or a folder with images/ and labels/; more than one are mixed, a photo as often as its set weighs",
      (value: string, before: readonly string[] | undefined) => collect(value, before ?? []),
    )
    .option("--run <folder>", "folder of the run, new unless --resume", "runs/train")
    .option("--set <key=value>", "a setting, e.g. schedule.learningRate=0.01; may be repeated", collect, [])
    .option("--from <start>", "embedded, vgg16, none or a model file")
    .option("--teacher <model>", "an ONNX model to learn from, with its description (.yaml) beside it")
    .option("--classes <file>", "class names, one a line, background first")
    .option("--map <from=to>", "what a value in the label maps means, e.g. 255=1; may be repeated", collect, [])
    .option("--resume", "go on from the newest checkpoint of the run, bit for bit")
    .addOption(deviceOption())
    .option("--continue <model>", "go on from a model file, at its sample number")
    .addHelpText("after", "\nAll settings, each with what it means: deconvnet config --print")
    .action((config: string | undefined, flags: TrainFlags) => train(command, config, flags, terminal));
}

async function train(
  command: Command,
  configPath: string | undefined,
  flags: TrainFlags,
  { stdout, signal }: Terminal,
): Promise<void> {
  const { runTraining } = await import("../train/node.ts");
  const [first = { folder: "", weight: 1 }] = flags.data.map(readWeighted);
  const data = first.folder;
  const config = flags.resume
    ? await resumedConfig(command, configPath, flags)
    : await newConfig(command, configPath, flags);
  const device = await chosenDevice(flags, stdout);
  const progress = new ProgressLine(stdout);
  const onAbort = (): void => progress.note("stopping: this step is finished and a checkpoint saved");
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const result = await runTraining(config, {
      data,
      dataName: basename(resolve(data)),
      run: flags.run,
      device,
      resume: flags.resume ?? false,
      ...(flags.continue === undefined ? {} : { continueFrom: flags.continue }),
      signal,
      onEvent: (event) => showEvent(event, progress),
    });
    progress.note(lastLine(result, data, flags.run));
    if (!result.finished) signal.throwIfAborted();
  } finally {
    progress.clear();
    signal.removeEventListener("abort", onAbort);
  }
}

/** The settings of a new run; what is wrong with them is wrong usage. */
async function newConfig(command: Command, path: string | undefined, flags: TrainFlags): Promise<TrainConfig> {
  const { readTrainConfig } = await import("../train/node.ts");
  const [first, ...others] = flags.data.map(readWeighted);
  const sets = [
    ...flags.set,
    ...(first === undefined || first.weight === 1 ? [] : [`data.weight=${first.weight}`]),
    ...(others.length === 0 ? [] : [`data.sets=${JSON.stringify(others)}`]),
    ...(flags.from === undefined ? [] : [`from=${JSON.stringify(flags.from)}`]),
    ...(flags.teacher === undefined ? [] : [`distill.teacher=${JSON.stringify(flags.teacher)}`]),
    ...(flags.classes === undefined ? [] : [`data.classes=${JSON.stringify(await readClassNames(flags.classes))}`]),
    ...(flags.map.length === 0 ? [] : [`data.map=${JSON.stringify(flags.map)}`]),
  ];
  const text = path === undefined ? "" : await readNamedFile(path, "a settings file");
  return checkUsage(command, () => readTrainConfig(text, sets, path ?? "settings"));
}

/** `photos=0.3`: a folder, and what its photos weigh; 1 if it does not say. */
function readWeighted(text: string): { readonly folder: string; readonly weight: number } {
  const [, folder, weight] = /^(.+)=(\d+(?:\.\d+)?|\.\d+)$/.exec(text) ?? [];
  return folder === undefined ? { folder: text, weight: 1 } : { folder, weight: Number(weight) };
}

async function resumedConfig(command: Command, path: string | undefined, flags: TrainFlags): Promise<TrainConfig> {
  const { readTrainConfig, RunFolder } = await import("../train/node.ts");
  const given = [
    path,
    flags.from,
    flags.teacher,
    flags.classes,
    flags.continue,
    ...flags.set,
    ...flags.map,
    ...flags.data.slice(1),
  ];
  const [first] = given.filter((value) => value !== undefined);
  if (first !== undefined) {
    command.error(`train: expected no settings with --resume, for the run has its own, got ${first}. Leave them out.`);
  }
  const { file, text } = await RunFolder.settings(flags.run);
  return readTrainConfig(text, [], file);
}

function lastLine({ finished, samples, model }: TrainingResult, data: string, run: string): string {
  if (!finished)
    return `stopped at sample ${samples}; go on with: deconvnet train --data ${shellWord(data)} --run ${shellWord(run)} --resume`;
  return `done: ${samples} samples; model: ${model}`;
}
