/** Where the results of an evaluation go: the terminal, and the files that were asked for. */
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { OptionError } from "../errors.ts";
import { type Evaluation, evaluationFile, formatEvaluation, imageScores, jsonText } from "../evaluate/index.ts";
import { confusionPlot } from "../visualize/index.ts";
import { writeFileAtomically } from "../weights/node.ts";
import type { TextOutput } from "./command.ts";

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
  for (const path of [json, images, plot]) {
    if (path === undefined) continue;
    const folder = dirname(resolve(path));
    if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) continue;
    throw new OptionError(`evaluate: expected a folder for ${path}, got none at ${folder}. Make it first.`);
  }
}

export async function writeEvaluation(evaluation: Evaluation, flags: OutputFlags, stdout: TextOutput): Promise<void> {
  stdout.write(`${formatEvaluation(evaluation)}\n`);
  const lines = (): string =>
    imageScores(evaluation)
      .map((scores) => `${JSON.stringify(scores)}\n`)
      .join("");
  await writeText(flags.json, () => `${jsonText(evaluationFile(evaluation))}\n`);
  await writeText(flags.images, lines);
  await writeText(flags.plot, () => `${confusionPlot(evaluation.matrix.toRows(), evaluation.classNames)}\n`);
}

async function writeText(path: string | undefined, text: () => string): Promise<void> {
  if (path !== undefined) await writeFileAtomically(path, [new TextEncoder().encode(text())]);
}
