/** `deconvnet edges train`: a structured forest or an edge net from photos with segmentations or label maps. */
import type { Command } from "commander";
import { TRAIN_FOREST_DEFAULTS } from "../proposals/index.ts";
import type { EdgeExamples, TrainEdgesProgress } from "../propose/node.ts";
import { parseCount, parseSeed } from "./arguments.ts";
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
  readonly steps?: number;
  readonly from?: string;
  readonly terms?: string;
}

/** Options of one kind of detector. */
const FOREST_ONLY = {
  patches: "--patches",
  trees: "--trees",
  features: "--features",
  minChild: "--min-child",
  workers: "--workers",
};
const NET_ONLY = { steps: "--steps", from: "--from" };

const { positives, negatives, trees, featuresPerNode, minChild, seed } = TRAIN_FOREST_DEFAULTS;

export function configureEdgesTrain(command: Command, terminal: Terminal): void {
  command
    .description("train a forest or an edge net on BSDS segmentations, or on the region boundaries of label maps")
    .requiredOption("--data <folder>", "BSDS folder (images/, groundTruth/), VOC folder, or images/ and labels/")
    .requiredOption(
      "--out <file>",
      "NAME.forest (compact), NAME.yml.gz (OpenCV's layout), or NAME.safetensors: an edge net",
    )
    .option("--split <name>", "part of the data; default: all of a BSDS folder, else train")
    .option("--list <file>", "ids, one a line: train on these only")
    .option("--hold-out <file>", "ids, one a line: leave these out")
    .option("--patches <n>", "forest: patches a tree, half of them with a boundary", parseCount, positives + negatives)
    .option("--trees <n>", "forest: trees; half of them, 1 at least, are evaluated at each place", parseCount, trees)
    .option("--features <n>", "forest: features that are tried at each node, of 7228", parseCount, featuresPerNode)
    .option("--min-child <n>", "forest: patches that each side of a split must keep", parseCount, minChild)
    .option("--seed <n>", "of what is drawn; the same seed and data give the same numbers", parseSeed, seed)
    .option("--workers <n>", "forest: threads, a tree each; default: all cores", parseCount)
    .option("--steps <n>", "edge net: steps of 4 crops of 128 px; default: 20000", parseCount)
    .option("--from <file>", "edge net: begin with this one")
    .option("--terms <text>", "terms of the data, kept in the file; default: what the layout tells")
    .action((flags: TrainFlags) => train(command, flags, terminal));
}

async function train(command: Command, flags: TrainFlags, terminal: Terminal): Promise<void> {
  const { isForestName, openEdgeExamples } = await import("../propose/node.ts");
  const isNet = flags.out.endsWith(".safetensors");
  if (!isNet && !isForestName(flags.out)) {
    command.error(
      "edges: expected a name that ends with .forest (compact), .yml.gz (OpenCV's layout) or .safetensors (an edge net), " +
        `got ${flags.out}.`,
    );
  }
  for (const [name, option] of Object.entries(isNet ? FOREST_ONLY : NET_ONLY)) {
    if (command.getOptionValueSource(name) !== "cli") continue;
    command.error(`edges: expected no ${option} for ${isNet ? "an edge net" : "a forest"} (${flags.out}), got one.`);
  }
  await requireFolderOf("edges", flags.out);
  const examples = await openEdgeExamples(flags.data, flags);
  terminal.stdout.write(`training on ${examples.name}\n`);
  await (isNet ? trainNet(examples, flags, terminal) : trainForest(examples, flags, terminal));
}

async function trainForest(
  examples: EdgeExamples,
  flags: TrainFlags,
  { stdout, stderr, signal }: Terminal,
): Promise<void> {
  const { trainEdges, writeForestFile } = await import("../propose/node.ts");
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
    onProgress: (state) => progress.update(forestProgress(state, (performance.now() - start) / 1000)),
  }).finally(() => progress.clear());
  const bytes = await writeForestFile(flags.out, forest);
  const seconds = (performance.now() - start) / 1000;
  stdout.write(`${forest.description}\n`);
  stdout.write(
    `${flags.out}: ${forest.children.length} nodes, ${(bytes / 1e6).toFixed(1)} MB, trained in ${duration(seconds)}\n`,
  );
}

async function trainNet(
  examples: EdgeExamples,
  flags: TrainFlags,
  { stdout, stderr, signal }: Terminal,
): Promise<void> {
  const { readEdgeNet, trainEdgeNet } = await import("../propose/node.ts");
  const { writeModelFile } = await import("../weights/node.ts");
  const from = flags.from === undefined ? undefined : (await readEdgeNet(flags.from, "edges")).tensors;
  const progress = new ProgressLine(stderr);
  const start = performance.now();
  const model = await trainEdgeNet(examples, {
    seed: flags.seed,
    ...(flags.steps === undefined ? {} : { steps: flags.steps }),
    ...(flags.terms === undefined ? {} : { terms: flags.terms }),
    ...(from === undefined ? {} : { from }),
    signal,
    onProgress: (state) => {
      const seconds = (performance.now() - start) / 1000;
      const what = state.stage === "photos" ? " photos read" : ` steps, loss ${state.loss.toFixed(4)}`;
      progress.update(`${state.done}/${state.of}${what}, ${duration(seconds)}`);
    },
  }).finally(() => progress.clear());
  await writeModelFile(flags.out, model);
  stdout.write(`${flags.out}: trained in ${duration((performance.now() - start) / 1000)}\n`);
}

function forestProgress(state: TrainEdgesProgress, seconds: number): string {
  const what = state.stage === "photos" ? "photos read" : `trees, ${state.nodes} nodes`;
  return `${state.done}/${state.of} ${what}, ${duration(seconds)}`;
}
