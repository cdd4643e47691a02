/** `deconvnet evaluate`: scores a model, or label maps that any tool made, on photos with label maps. */
import { type Command, Option } from "commander";
import type { Dataset, DatasetOptions } from "../data/node.ts";
import { BOUNDARY_DEFAULTS, type Evaluation } from "../evaluate/index.ts";
import { describeMapping } from "../labels/index.ts";
import type { EvaluateOptions } from "../segment/node.ts";
import { collect, parseShare, readClassNames } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { CRF_OPTION, presetOf, startThreads } from "./crf-options.ts";
import { defaultCommand } from "./default-command.ts";
import { chosenDevice, type DeviceFlags, deviceOption } from "./device-option.ts";
import { configureMerge } from "./evaluate-merge.ts";
import { addOutputOptions, type OutputFlags, requireOutputFolders, writeEvaluation } from "./evaluation-output.ts";
import { duration } from "./format-numbers.ts";
import { openData, readSegmentationModel } from "./model-and-data.ts";
import { ProgressLine } from "./progress-line.ts";
import { addViewOptions, type ViewFlags, viewOf } from "./view-options.ts";

interface EvaluateFlags extends OutputFlags, DeviceFlags, ViewFlags {
  readonly model?: string;
  readonly predictions?: string;
  readonly predictionClasses?: string;
  readonly predictionMap: readonly string[];
  readonly data: string;
  readonly split: string;
  readonly classes?: string;
  readonly map: readonly string[];
  readonly boundary?: number;
  readonly crf?: string;
}

const USAGE = "deconvnet evaluate [options]\n       deconvnet evaluate merge [options] <json...>";

export function configureEvaluate(command: Command, terminal: Terminal): void {
  configureScore(defaultCommand(command, "score", USAGE), terminal);
  configureMerge(command.command("merge").description("put evaluations of parts of a set together"), terminal);
}

function configureScore(command: Command, terminal: Terminal): void {
  command
    .requiredOption("--data <folder>", "VOC folder, or a folder with images/ and labels/")
    .requiredOption("--split <name>", "the list of photos, such as val; all: every photo with a label map")
    .option("--model <file>", "a model file; default: the model of the package")
    .addOption(
      new Option(
        "--predictions <folder>",
        "instead of a model, score label maps <photo>.png that any tool made",
      ).conflicts(["model", "size", "flip", "crf", "device"]),
    )
    .option("--prediction-classes <file>", "their class names, one a line, background first; default: the data's")
    .option("--prediction-map <from=to>", "what a value in them means; may be repeated", collect, [])
    .option("--classes <file>", "class names of the data, one a line, background first")
    .option("--map <from=to>", "what a value in the label maps means, e.g. 255=1; may be repeated", collect, []);
  addViewOptions(command)
    .option("--crf <preset>", CRF_OPTION)
    .addOption(deviceOption())
    .addOption(
      new Option("--boundary [share]", "also score boundaries; those closer than this share of the diagonal match")
        .preset(`${BOUNDARY_DEFAULTS.tolerance}`)
        .argParser(parseShare),
    );
  addOutputOptions(command).action((flags: EvaluateFlags) => evaluate(command, flags, terminal));
}

async function evaluate(command: Command, flags: EvaluateFlags, terminal: Terminal): Promise<void> {
  const { data, split, predictions } = flags;
  if (predictions === undefined && (flags.predictionClasses !== undefined || flags.predictionMap.length > 0)) {
    command.error("evaluate: expected --predictions with --prediction-classes and --prediction-map, got none.");
  }
  await requireOutputFolders(flags);
  await using subject = await (predictions === undefined
    ? modelOf(command, flags, terminal)
    : predictionsOf(predictions, flags));
  const dataset = await openData(flags, subject.options);
  const { stdout, stderr, signal } = terminal;
  stdout.write(`${dataset.files.length} photos of ${data}, split "${split}"\n`);
  const mapping = describeMapping(dataset.mapping);
  if (mapping !== "") stdout.write(`${mapping}\n`);
  const progress = new ProgressLine(stderr);
  const start = performance.now();
  const evaluation = await subject.evaluate(dataset, {
    signal,
    boundaryTolerance: flags.boundary,
    onProgress: (done, total) => progress.update(progressLine(done, total, (performance.now() - start) / 1000)),
  });
  progress.clear();
  await writeEvaluation(evaluation, flags, stdout);
}

/** What is scored. */
interface Subject extends AsyncDisposable {
  /** Which classes of the data it is scored on. */
  readonly options: Pick<DatasetOptions, "wanted" | "others">;
  evaluate(dataset: Dataset, options: EvaluateOptions): Promise<Evaluation>;
}

async function modelOf(command: Command, flags: EvaluateFlags, { stderr }: Terminal): Promise<Subject> {
  const { model: path, crf: preset } = flags;
  const { evaluateModel } = await import("../segment/node.ts");
  const { shippedModel } = await import("../weights/node.ts");
  const crf = preset === undefined ? undefined : await presetOf(command, preset);
  const { model, others } = await readSegmentationModel(path ?? shippedModel("compact"), (text) =>
    stderr.write(`${text}\n`),
  );
  const device = await chosenDevice(flags, stderr);
  const crfThreads = crf === undefined ? undefined : await startThreads();
  const refine = crf === undefined || crfThreads === undefined ? {} : { crf, crfThreads };
  return {
    options: { wanted: model.classNames, others },
    evaluate: (dataset, options) => evaluateModel(model, dataset, { ...options, ...refine, ...viewOf(flags), device }),
    [Symbol.asyncDispose]: async () => crfThreads?.dispose(),
  };
}

async function predictionsOf(folder: string, { predictionClasses, predictionMap }: EvaluateFlags): Promise<Subject> {
  const { evaluatePredictions } = await import("../segment/node.ts");
  const wanted = predictionClasses === undefined ? undefined : await readClassNames(predictionClasses);
  return {
    options: wanted === undefined ? {} : { wanted },
    evaluate: (dataset, options) =>
      evaluatePredictions(dataset, folder, dataset.mapping.names, { ...options, map: predictionMap }),
    [Symbol.asyncDispose]: async () => {},
  };
}

function progressLine(done: number, total: number, seconds: number): string {
  const rate = done / seconds;
  return `${done}/${total} photos  ${rate.toFixed(1)} photos/s  left ${duration((total - done) / rate)}`;
}
