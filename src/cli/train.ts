/** `deconvnet train`: trains a network on a folder of photos and label maps. */
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { OptionError } from "../errors.ts";
import type { TrainingEvent, TrainingProgress } from "../train/node.ts";
import type { Terminal } from "./command.ts";

interface TrainFlags {
  readonly data: string;
  readonly run: string;
  readonly set: readonly string[];
  readonly from?: string;
  readonly classes?: string;
  readonly resume?: boolean;
  readonly continue?: string;
}

export function configureTrain(command: Command, terminal: Terminal): void {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  command
    .argument("[config]", "settings, a YAML file; flags and --set come on top")
    .requiredOption("--data <folder>", "VOC folder, or a folder with images/ and labels/")
    .option("--run <folder>", "folder of the run, new unless --resume", "runs/train")
    .option("--set <key=value>", "a setting, e.g. schedule.learningRate=0.01; may be repeated", collect, [])
    .option("--from <start>", "embedded, vgg16, none or a model file")
    .option("--classes <file>", "class names, one a line, background first")
    .option("--resume", "go on from the newest checkpoint of the run, bit for bit")
    .option("--continue <model>", "go on from a model file, at its sample number")
    .action((config: string | undefined, flags: TrainFlags) => train(config, flags, terminal));
}

async function train(configPath: string | undefined, flags: TrainFlags, { stdout, signal }: Terminal): Promise<void> {
  const { readTrainConfig, RunFolder, runTraining } = await import("../train/node.ts");
  const sets = [
    ...flags.set,
    ...(flags.from === undefined ? [] : [`from=${JSON.stringify(flags.from)}`]),
    ...(flags.classes === undefined ? [] : [`data.classes=${JSON.stringify(await readLines(flags.classes))}`]),
  ];
  if (flags.resume && (configPath !== undefined || sets.length > 0)) {
    throw new OptionError("train: expected no settings with --resume (the run has its own), got some. Leave them out.");
  }
  const text = flags.resume ? await (await RunFolder.open(flags.run)).args() : await readText(configPath);
  const config = readTrainConfig(text, sets, flags.resume ? `${flags.run}/args.yaml` : (configPath ?? "settings"));
  const result = await runTraining(config, {
    data: flags.data,
    dataName: basename(resolve(flags.data)),
    run: flags.run,
    resume: flags.resume ?? false,
    continueFrom: flags.continue,
    signal,
    onEvent: (event) => stdout.write(`${eventLine(event)}\n`),
  });
  stdout.write(
    result.finished
      ? `done: ${result.samples} samples; model: ${flags.run}/${result.validation === undefined ? "last" : "best"}.safetensors\n`
      : `stopped at sample ${result.samples}; go on with: deconvnet train --data ${flags.data} --run ${flags.run} --resume\n`,
  );
}

async function readText(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new OptionError(`train: expected a settings file at ${path}, got: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

async function readLines(path: string): Promise<string[]> {
  const text = await readText(path);
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function eventLine(event: TrainingEvent): string {
  if (event.type === "note") return event.text;
  if (event.type === "progress") return progressLine(event.progress);
  const { result, samples, best } = event;
  const classes = result.classes.map(({ name, iou }) => `${name} ${iou === null ? "absent" : percent(iou)}`).join(", ");
  return `validation at ${samples}: mean IoU ${result.meanIoU === null ? "none" : percent(result.meanIoU)}${best ? " (best)" : ""}; ${classes}`;
}

function progressLine(progress: TrainingProgress): string {
  const { samples, total, loss, learningRate, samplesPerSecond, readerShare, secondsLeft, residentBytes } = progress;
  return [
    `${samples}/${total} samples`,
    `loss ${loss.toFixed(4)}`,
    `rate ${learningRate.toExponential(2)}`,
    `${samplesPerSecond.toFixed(1)} samples/s`,
    `reader ${percent(readerShare)}`,
    `left ${duration(secondsLeft)}`,
    `memory ${(residentBytes / 1e9).toFixed(2)} GB`,
  ].join("  ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
