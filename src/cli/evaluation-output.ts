/** Where the results of an evaluation go: the terminal, and the files that were asked for. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { OptionError } from "../errors.ts";
import { type Evaluation, evaluationFile, formatEvaluation, imageScores, jsonText } from "../evaluate/index.ts";
import { confusionPlot } from "../visualize/index.ts";
import type { TextOutput } from "./command.ts";
import { requireFolderOf, writeText } from "./output-file.ts";

/** Paths of files to write. */
export interface OutputFlags {
  readonly json?: string;
  readonly images?: string;
  readonly plot?: string;
}

export function addOutputOptions(command: Command): Command {
  return command
    .option("--json <file>", "write the scores, the confusion matrix and each image's counts as JSON")
    .option("--images <file>", "write the scores of each image as JSON lines")
    .option("--plot <file>", "draw the confusion matrix as SVG");
}

/** Said before the work, not after it. */
export async function requireOutputFolders({ json, images, plot }: OutputFlags): Promise<void> {
  const paths = [json, images, plot].filter((path) => path !== undefined);
  for (const path of paths) await requireFolderOf("evaluate", path);
  const twice = paths.find((path, i) => paths.slice(0, i).some((other) => resolve(other) === resolve(path)));
  if (twice === undefined) return;
  throw new OptionError(
    `evaluate: expected a file of its own for each of --json, --images and --plot, got ${twice} twice.`,
  );
}

export async function writeEvaluation(evaluation: Evaluation, flags: OutputFlags, stdout: TextOutput): Promise<void> {
  stdout.write(`${formatEvaluation(evaluation)}\n`);
  const lines = imageScores(evaluation).map((scores) => `${JSON.stringify(scores)}\n`);
  await writeText(flags.json, `${jsonText(evaluationFile(evaluation))}\n`);
  await writeText(flags.images, lines.join(""));
  await writeText(flags.plot, `${confusionPlot(evaluation.matrix.toRows(), evaluation.classNames)}\n`);
}
