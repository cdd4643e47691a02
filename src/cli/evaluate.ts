/** `deconvnet evaluate`: scores a model on photos with label maps. */
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { OptionError } from "../errors.ts";
import { evaluationJson, formatScores, scoresOf } from "../evaluate/index.ts";
import { describeMapping, type Others } from "../labels/index.ts";
import type { ModelMetadata } from "../weights/index.ts";
import { collect, parseCount, readClassNames } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { duration } from "./format-numbers.ts";
import { ProgressLine } from "./progress-line.ts";

interface EvaluateFlags {
  readonly model?: string;
  readonly data: string;
  readonly split: string;
  readonly json?: string;
  readonly classes?: string;
  readonly map: readonly string[];
  readonly size?: number;
}

export function configureEvaluate(command: Command, terminal: Terminal): void {
  command
    .requiredOption("--data <folder>", "VOC folder, or a folder with images/ and labels/")
    .requiredOption("--split <name>", "the list of photos, such as val; all: every photo with a label map")
    .option("--model <file>", "a model file; default: the model of the package")
    .option("--json <file>", "write the scores and the confusion matrix as JSON")
    .option("--classes <file>", "class names of the data, one a line, background first")
    .option("--map <from=to>", "what a value in the label maps means, e.g. 255=1; may be repeated", collect, [])
    .option("--size <px>", "longer side to which photos are brought; default: the model's", parseCount)
    .action((flags: EvaluateFlags) => evaluate(flags, terminal));
}

async function evaluate(flags: EvaluateFlags, { stdout, stderr, signal }: Terminal): Promise<void> {
  const { openDataset } = await import("../data/node.ts");
  const { segmentationModel } = await import("../segment/index.ts");
  const { evaluateModel } = await import("../segment/node.ts");
  const { readModelFile, shippedModel, writeFileAtomically } = await import("../weights/node.ts");
  if (flags.json !== undefined) await requireFolderOf(flags.json);
  const path = flags.model ?? shippedModel("compact");
  const file = await readModelFile(path);
  const model = segmentationModel(file, path);
  const dataset = await openDataset(flags.data, {
    split: flags.split,
    wanted: model.classNames,
    others: othersOf(file.metadata),
    map: flags.map,
    ...(flags.classes === undefined ? {} : { classes: await readClassNames(flags.classes) }),
  });
  stdout.write(`${dataset.files.length} photos of ${flags.data}, split "${flags.split}"\n`);
  const mapping = describeMapping(dataset.mapping);
  if (mapping !== "") stdout.write(`${mapping}\n`);
  const progress = new ProgressLine(stderr);
  const start = performance.now();
  const matrix = await evaluateModel(model, dataset, {
    signal,
    ...(flags.size === undefined ? {} : { size: flags.size }),
    onProgress: (done, total) => progress.update(progressLine(done, total, (performance.now() - start) / 1000)),
  });
  progress.clear();
  stdout.write(`${formatScores(scoresOf(matrix, model.classNames))}\n`);
  if (flags.json === undefined) return;
  const json = JSON.stringify(evaluationJson(matrix, model.classNames), undefined, 2);
  await writeFileAtomically(flags.json, [new TextEncoder().encode(`${json}\n`)]);
}

/** Said before the work, not after it. */
async function requireFolderOf(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return;
  throw new OptionError(`evaluate: expected a folder for ${path}, got none at ${folder}. Make it first.`);
}

/** What a model counts classes as that it does not know: as in its training, else background. */
function othersOf({ training }: ModelMetadata): Others {
  return training?.details?.["others"] === "void" ? "void" : "background";
}

function progressLine(done: number, total: number, seconds: number): string {
  const rate = done / seconds;
  return `${done}/${total} photos  ${rate.toFixed(1)} photos/s  left ${duration((total - done) / rate)}`;
}
