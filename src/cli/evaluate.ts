/** `deconvnet evaluate`: scores a model on photos with label maps. */
import { type Command, Option } from "commander";
import { BOUNDARY_DEFAULTS, boundaryScores, evaluationFile, formatScores, scoresOf } from "../evaluate/index.ts";
import { describeMapping, type Others } from "../labels/index.ts";
import type { ModelMetadata } from "../weights/index.ts";
import { collect, parseCount, parseShare, readClassNames } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { duration } from "./format-numbers.ts";
import { requireFolderOf, writeText } from "./output-file.ts";
import { ProgressLine } from "./progress-line.ts";

interface EvaluateFlags {
  readonly model?: string;
  readonly data: string;
  readonly split: string;
  readonly json?: string;
  readonly classes?: string;
  readonly map: readonly string[];
  readonly size?: number;
  readonly boundary?: number;
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
    .addOption(
      new Option("--boundary [share]", "also score boundaries; those closer than this share of the diagonal match")
        .preset(`${BOUNDARY_DEFAULTS.tolerance}`)
        .argParser(parseShare),
    )
    .action((flags: EvaluateFlags) => evaluate(flags, terminal));
}

async function evaluate(flags: EvaluateFlags, { stdout, stderr, signal }: Terminal): Promise<void> {
  const { openDataset } = await import("../data/node.ts");
  const { segmentationModel } = await import("../segment/index.ts");
  const { evaluateModel } = await import("../segment/node.ts");
  const { readModelFile, shippedModel } = await import("../weights/node.ts");
  await requireFolderOf("evaluate", flags.json);
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
  const evaluation = await evaluateModel(model, dataset, {
    signal,
    ...(flags.size === undefined ? {} : { size: flags.size }),
    boundaryTolerance: flags.boundary,
    onProgress: (done, total) => progress.update(progressLine(done, total, (performance.now() - start) / 1000)),
  });
  progress.clear();
  stdout.write(`${formatScores(scoresOf(evaluation.matrix, model.classNames), boundaryScores(evaluation))}\n`);
  await writeText(flags.json, `${JSON.stringify(evaluationFile(evaluation), undefined, 2)}\n`);
}

/** What a model counts classes as that it does not know: as in its training, else background. */
function othersOf({ training }: ModelMetadata): Others {
  return training?.details?.["others"] === "void" ? "void" : "background";
}

function progressLine(done: number, total: number, seconds: number): string {
  const rate = done / seconds;
  return `${done}/${total} photos  ${rate.toFixed(1)} photos/s  left ${duration((total - done) / rate)}`;
}
