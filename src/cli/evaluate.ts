/** `deconvnet evaluate`: scores a model on photos with label maps. */
import type { Command } from "commander";
import { evaluationJson, formatScores, scoresOf } from "../evaluate/index.ts";
import { describeMapping } from "../labels/index.ts";
import { collect, parseCount, requireFolderOf } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { CRF_OPTION, presetOf, startThreads } from "./crf-options.ts";
import { duration } from "./format-numbers.ts";
import { openModelAndData } from "./model-and-data.ts";
import { ProgressLine } from "./progress-line.ts";

interface EvaluateFlags {
  readonly model?: string;
  readonly data: string;
  readonly split: string;
  readonly json?: string;
  readonly classes?: string;
  readonly map: readonly string[];
  readonly size?: number;
  readonly crf?: string;
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
    .option("--crf <preset>", CRF_OPTION)
    .action((flags: EvaluateFlags) => evaluate(command, flags, terminal));
}

async function evaluate(command: Command, flags: EvaluateFlags, { stdout, stderr, signal }: Terminal): Promise<void> {
  const { evaluateModel } = await import("../segment/node.ts");
  const { shippedModel, writeFileAtomically } = await import("../weights/node.ts");
  const crf = flags.crf === undefined ? undefined : await presetOf(command, flags.crf);
  if (flags.json !== undefined) await requireFolderOf("evaluate", flags.json);
  const { model, dataset } = await openModelAndData(flags.model ?? shippedModel("compact"), flags);
  stdout.write(`${dataset.files.length} photos of ${flags.data}, split "${flags.split}"\n`);
  const mapping = describeMapping(dataset.mapping);
  if (mapping !== "") stdout.write(`${mapping}\n`);
  const progress = new ProgressLine(stderr);
  const start = performance.now();
  const threads = crf === undefined ? undefined : await startThreads();
  const matrix = await evaluateModel(model, dataset, {
    signal,
    ...(flags.size === undefined ? {} : { size: flags.size }),
    ...(crf === undefined || threads === undefined ? {} : { crf, crfThreads: threads }),
    onProgress: (done, total) => progress.update(progressLine(done, total, (performance.now() - start) / 1000)),
  }).finally(() => threads?.dispose());
  progress.clear();
  stdout.write(`${formatScores(scoresOf(matrix, model.classNames))}\n`);
  if (flags.json === undefined) return;
  const json = JSON.stringify(evaluationJson(matrix, model.classNames), undefined, 2);
  await writeFileAtomically(flags.json, [new TextEncoder().encode(`${json}\n`)]);
}

function progressLine(done: number, total: number, seconds: number): string {
  const rate = done / seconds;
  return `${done}/${total} photos  ${rate.toFixed(1)} photos/s  left ${duration((total - done) / rate)}`;
}
