/** `deconvnet edges train`: a structured forest from photos with segmentations or label maps. */
import type { Command } from "commander";
import { TRAIN_FOREST_DEFAULTS } from "../proposals/index.ts";
import type { TrainEdgesProgress } from "../propose/node.ts";
import { checkUsage, parseCount, parseSeed } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { duration } from "./format-numbers.ts";
import { requireFolderOf } from "./output-file.ts";
import { ProgressLine } from "./progress-line.ts";

interface TrainFlags {
  readonly data: string;
  readonly out: string;
  readonly split?: string;
  readonly list?: string;
  readonly holdOut?: string;
  readonly patches: number;
  readonly trees: number;
  readonly features: number;
  readonly minChild: number;
  readonly seed: number;
  readonly workers?: number;
  readonly terms?: string;
}

const { positives, negatives, trees, featuresPerNode, minChild, seed } = TRAIN_FOREST_DEFAULTS;

export function configureEdgesTrain(command: Command, terminal: Terminal): void {
  command
    .description("train a forest on BSDS segmentations, or on the region boundaries of label maps")
    .requiredOption("--data <folder>", "BSDS folder (images/, groundTruth/), VOC folder, or images/ and labels/")
    .requiredOption("--out <file>", "NAME.forest (compact) or NAME.yml.gz (OpenCV's layout)")
    .option("--split <name>", "part of the data; default: all of a BSDS folder, else train")
    .option("--list <file>", "ids, one a line: train on these only")
    .option("--hold-out <file>", "ids, one a line: leave these out")
    .option("--patches <n>", "patches a tree, half of them with a boundary", parseCount, positives + negatives)
    .option("--trees <n>", "trees; half of them, 1 at least, are evaluated at each place", parseCount, trees)
    .option("--features <n>", "features that are tried at each node, of 7228", parseCount, featuresPerNode)
    .option("--min-child <n>", "patches that each side of a split must keep", parseCount, minChild)
    .option("--seed <n>", "the same seed and data give the same forest", parseSeed, seed)
    .option("--workers <n>", "threads, a tree each; default: all cores", parseCount)
    .option("--terms <text>", "terms of the data, kept in the file; default: what the layout tells")
    .action((flags: TrainFlags) => train(command, flags, terminal));
}

async function train(command: Command, flags: TrainFlags, { stdout, stderr, signal }: Terminal): Promise<void> {
  const { checkForestName, openEdgeExamples, trainEdges, writeForestFile } = await import("../propose/node.ts");
  checkUsage(command, () => checkForestName(flags.out));
  await requireFolderOf("edges", flags.out);
  const examples = await openEdgeExamples(flags.data, flags);
  stdout.write(`training on ${examples.name}\n`);
  const half = Math.ceil(flags.patches / 2);
  const progress = new ProgressLine(stderr);
  const start = performance.now();
  const forest = await trainEdges(examples, {
    trees: flags.trees,
    treesEvaluated: Math.max(1, flags.trees >> 1),
    positives: half,
    negatives: half,
    featuresPerNode: flags.features,
    minChild: flags.minChild,
    seed: flags.seed,
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    ...(flags.terms === undefined ? {} : { terms: flags.terms }),
    signal,
    onProgress: (state) => progress.update(progressText(state, (performance.now() - start) / 1000)),
  }).finally(() => progress.clear());
  const bytes = await writeForestFile(flags.out, forest);
  const seconds = (performance.now() - start) / 1000;
  stdout.write(`${forest.description}\n`);
  stdout.write(
    `${flags.out}: ${forest.children.length} nodes, ${(bytes / 1e6).toFixed(1)} MB, trained in ${duration(seconds)}\n`,
  );
}

function progressText(state: TrainEdgesProgress, seconds: number): string {
  const what = state.stage === "photos" ? "photos read" : `trees, ${state.nodes} nodes`;
  return `${state.done}/${state.of} ${what}, ${duration(seconds)}`;
}
