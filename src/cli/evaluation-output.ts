/** Where the results of an evaluation go: the terminal, and the files that were asked for. */
import type { Command } from "commander";
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
  for (const path of [json, images, plot]) await requireFolderOf("evaluate", path);
}

export async function writeEvaluation(evaluation: Evaluation, flags: OutputFlags, stdout: TextOutput): Promise<void> {
  stdout.write(`${formatEvaluation(evaluation)}\n`);
  const lines = imageScores(evaluation).map((scores) => `${JSON.stringify(scores)}\n`);
  await writeText(flags.json, `${jsonText(evaluationFile(evaluation))}\n`);
  await writeText(flags.images, lines.join(""));
  await writeText(flags.plot, `${confusionPlot(evaluation.matrix.toRows(), evaluation.classNames)}\n`);
}
