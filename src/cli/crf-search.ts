/** `deconvnet crf search`: finds the CRF's parameters on photos kept for choosing. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { CRF_SEARCH_DEFAULTS } from "../crf/index.ts";
import type { Dataset } from "../data/node.ts";
import { listLines } from "../labels/index.ts";
import { FIND_CRF_DEFAULTS, type FoundCrf } from "../segment/index.ts";
import { collect, parseCount, readNamedFile } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { defaultThreads, startThreads } from "./crf-options.ts";
import { presetFile, searchReport } from "./crf-search-report.ts";
import { duration } from "./format-numbers.ts";
import { openData, openModelAndData } from "./model-and-data.ts";
import { requireFolderOf, writeText } from "./output-file.ts";
import { ProgressLine } from "./progress-line.ts";
import { addViewOptions, type ViewFlags, viewOf } from "./view-options.ts";

interface SearchFlags extends ViewFlags {
  readonly data: string;
  readonly split?: string;
  readonly list?: string;
  readonly scores?: string;
  readonly model?: string;
  readonly classes?: string;
  readonly map: readonly string[];
  readonly trials: number;
  readonly photos: number;
  readonly seed: number;
  readonly threads: number;
  readonly out?: string;
}

export function configureCrfSearch(command: Command, terminal: Terminal): void {
  command
    .description("find the parameters that score best on photos kept for choosing")
    .requiredOption("--data <folder>", "VOC folder, or a folder with images/ and labels/")
    .option("--split <name>", "the list of photos: one that nothing else is measured on")
    .option("--list <file>", "only the photos with these ids, one a line; without --split, of all photos")
    .option("--scores <folder>", "score maps ID-scores.npy of segment --scores; with --model, missing ones are made")
    .option("--model <file>", "the model that makes the score maps; default, without --scores: that of the package");
  addViewOptions(command)
    .option("--classes <file>", "class names of the data, one a line, background first")
    .option("--map <from=to>", "what a value in the label maps means, e.g. 255=1; may be repeated", collect, [])
    .option("--trials <n>", "presets to try", parseCount, CRF_SEARCH_DEFAULTS.trials)
    .option("--photos <n>", "photos to try them on; the best is measured on all", parseCount, FIND_CRF_DEFAULTS.photos)
    .option("--seed <n>", "the same seed tries the same presets", parseCount, CRF_SEARCH_DEFAULTS.seed)
    .option("--threads <n>", "threads", parseCount, defaultThreads())
    .option("--out <file>", "write the best preset, as YAML; --preset and --crf take it")
    .action((flags: SearchFlags) => search(command, flags, terminal));
}

async function search(command: Command, flags: SearchFlags, terminal: Terminal): Promise<void> {
  if (flags.split === undefined && flags.list === undefined) {
    command.error("crf search: expected --split or --list, got neither. Name photos that are kept for choosing.");
  }
  await requireFolderOf("crf search", flags.out);
  const temporary = flags.scores === undefined ? await mkdtemp(join(tmpdir(), "deconvnet-scores-")) : undefined;
  const progress = new ProgressLine(terminal.stderr);
  try {
    const folder = flags.scores ?? temporary ?? "";
    const dataset = await openPhotos(flags, folder, terminal, progress);
    const found = await tryPresets(flags, dataset, folder, terminal, progress);
    progress.clear();
    await showFound(flags, dataset, found, terminal);
  } finally {
    progress.clear();
    if (temporary !== undefined) await rm(temporary, { recursive: true });
  }
}

/** The photos; their score maps are in the folder afterwards. */
async function openPhotos(
  { scores, model: path, ...flags }: SearchFlags,
  folder: string,
  { signal }: Terminal,
  progress: ProgressLine,
): Promise<Dataset> {
  const data = { ...flags, split: flags.split ?? "all" };
  if (scores !== undefined && path === undefined) return await pickListed(flags, await openData(data));
  const { Segmenter } = await import("../segment/index.ts");
  const { unscored, writeScores } = await import("../segment/node.ts");
  const { shippedModel } = await import("../weights/node.ts");
  const { nodeRuntime } = await import("../runtime/node.ts");
  const { model, dataset } = await openModelAndData(path ?? shippedModel("compact"), data);
  const photos = await pickListed(flags, dataset);
  const missing = await unscored(photos, folder);
  if (missing.files.length === 0) return photos;
  const segmenter = await Segmenter.create(nodeRuntime, model, viewOf(flags));
  const onProgress = (done: number, total: number): void => progress.update(`${done}/${total} score maps`);
  await writeScores(segmenter, missing, folder, { signal, onProgress }).finally(() => segmenter.dispose());
  return photos;
}

async function pickListed({ list }: Pick<SearchFlags, "list">, dataset: Dataset): Promise<Dataset> {
  if (list === undefined) return dataset;
  const { pickPhotos } = await import("../data/node.ts");
  return pickPhotos(dataset, listLines(await readNamedFile(list, "a list of ids")));
}

async function tryPresets(
  { trials, photos, seed, threads: count }: SearchFlags,
  dataset: Dataset,
  folder: string,
  { signal }: Terminal,
  progress: ProgressLine,
): Promise<FoundCrf> {
  const { findCrf } = await import("../segment/index.ts");
  const { scoredPhotos } = await import("../segment/node.ts");
  const threads = await startThreads(count);
  const start = performance.now();
  let best = 0;
  const source = scoredPhotos(dataset, folder);
  return await findCrf(source, {
    ...{ trials, photos, seed, threads, signal },
    onTrial: ({ score }, number, all) => {
      best = Math.max(best, score);
      const seconds = (performance.now() - start) / 1000;
      const left = duration(((all - number) * seconds) / number);
      progress.update(`${number}/${all} presets  best mean IoU ${(100 * best).toFixed(2)} %  left ${left}`);
    },
  }).finally(() => threads.dispose());
}

async function showFound(flags: SearchFlags, dataset: Dataset, found: FoundCrf, { stdout }: Terminal): Promise<void> {
  const { crfPresetText } = await import("../crf/node.ts");
  const names = dataset.mapping.names;
  stdout.write(`${searchReport(found, names)}\n`);
  const text = crfPresetText(found.preset, presetFile(found, names, `${flags.data}, split "${dataset.split}"`));
  if (flags.out === undefined) {
    stdout.write(`\n${text}`);
    return;
  }
  await writeText(flags.out, text);
  stdout.write(`-> ${flags.out}\n`);
}
