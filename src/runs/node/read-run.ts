/** Reads the folder of a run. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DatasetError, FormatError } from "../../errors.ts";
import { readEvaluation } from "../../evaluate/index.ts";
import { parseLog, parseResults } from "../log.ts";
import { NO_PICTURES, type Run, type RunPictures } from "../run.ts";
import { isRunLocked } from "./run-lock.ts";

/** Names of the files in the folder of a run. */
export const RUN_FILES = Object.freeze({
  settings: "args.yaml",
  log: "log.jsonl",
  results: "results.csv",
  evaluation: "evaluation.json",
  report: "report.html",
  /** Folder of pictures, and what they show. */
  samples: "samples",
  pictures: "pictures.json",
});

const picture = z.object({ file: z.string().regex(/^[^/\\]+\.jpg$/), caption: z.string() });
const byte = z.int().min(0).max(255);
const picturesSchema: z.ZodType<RunPictures> = z.object({
  batches: z.array(picture),
  worst: z.array(picture),
  best: z.array(picture),
  colors: z.array(z.object({ name: z.string(), color: z.tuple([byte, byte, byte]) })),
});

/**
 * Reads a run; only its settings need to be there.
 *
 * @throws {DatasetError} if the folder is not that of a run. {@link FormatError} if a file in it is damaged.
 */
export async function readRun(path: string): Promise<Run> {
  const text = (name: string): Promise<string | undefined> => readIfThere(join(path, name));
  const settings = await text(RUN_FILES.settings);
  if (settings === undefined) {
    throw new DatasetError(`readRun: expected the folder of a run (with ${RUN_FILES.settings}), got ${path}.`, path);
  }
  const results = await text(RUN_FILES.results);
  const evaluation = await text(RUN_FILES.evaluation);
  const pictures = await text(join(RUN_FILES.samples, RUN_FILES.pictures));
  return {
    path,
    isRunning: await isRunLocked(path),
    settings: parseSettings(settings, join(path, RUN_FILES.settings)),
    log: parseLog((await text(RUN_FILES.log)) ?? ""),
    results: results === undefined ? [] : parseResults(results, join(path, RUN_FILES.results)),
    evaluation:
      evaluation === undefined ? undefined : await readEvaluation(evaluation, join(path, RUN_FILES.evaluation)),
    pictures: pictures === undefined ? NO_PICTURES : parsePictures(pictures, join(path, RUN_FILES.samples)),
  };
}

/**
 * Finds runs: each folder is one itself, or has some in it, up to three folders deep.
 *
 * @returns Paths, in the order of the folders, sorted within each.
 * @throws {DatasetError} if a folder cannot be read or has no run.
 */
export async function findRuns(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const runs = await runsIn(folder, 3);
    if (runs.length === 0) {
      throw new DatasetError(
        `findRuns: expected at least 1 run (a folder with args.yaml) in ${folder}, got none.`,
        folder,
      );
    }
    found.push(...runs);
  }
  return [...new Set(found)];
}

/** `run-2` before `run-10`. */
const BY_NAME = new Intl.Collator("en", { numeric: true }).compare;

async function runsIn(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === RUN_FILES.settings)) return [folder];
  if (depth === 0) return [];
  // A link to a file has no entries either.
  const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  const inside = await Promise.all(names.sort(BY_NAME).map((name) => runsIn(join(folder, name), depth - 1)));
  return inside.flat();
}

async function readIfThere(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch(() => undefined);
}

function parseSettings(text: string, source: string): Readonly<Record<string, unknown>> {
  return parseAs(z.record(z.string(), z.unknown()), () => parse(text), `${source}: expected settings as YAML`);
}

function parsePictures(text: string, source: string): RunPictures {
  return parseAs(picturesSchema, () => JSON.parse(text), `${source}: expected a list of pictures`);
}

/** @throws {FormatError} of one line. */
function parseAs<T>(schema: z.ZodType<T>, read: () => unknown, expected: string): T {
  try {
    return schema.parse(read());
  } catch (error) {
    const { message } = error instanceof z.ZodError ? (error.issues[0] ?? error) : (error as Error);
    // Parsers of YAML draw the place in further lines.
    const [got = ""] = message.split("\n", 1);
    throw new FormatError(`readRun: ${expected}, got: ${got.replace(/:$/, "")}.`, { cause: error });
  }
}
