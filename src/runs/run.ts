/** A run as its folder tells it. */
import type { Evaluation } from "../evaluate/index.ts";
import type { ResultRow, RunLog } from "./log.ts";

/** A picture of a run: a file of its folder. */
export interface RunPicture {
  /** Name of a JPEG in `samples/`. */
  readonly file: string;
  readonly caption: string;
}

/** `samples/pictures.json`. */
export interface RunPictures {
  /** The first training batches, as the network saw them. */
  readonly batches: readonly RunPicture[];
  /** Photos of the last validation: photo, truth and prediction side by side. */
  readonly worst: readonly RunPicture[];
  readonly best: readonly RunPicture[];
  /** Colours of the classes in them, 0-255. */
  readonly colors: readonly { readonly name: string; readonly color: readonly [number, number, number] }[];
}

export interface Run {
  readonly path: string;
  /** Whether a training is in it; `undefined` if that is on another machine, and cannot be known. */
  readonly isRunning: boolean | undefined;
  /** The settings, from `args.yaml`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly log: RunLog;
  /** One for each validation. */
  readonly results: readonly ResultRow[];
  /** The last validation, image by image; `undefined` before the first one. */
  readonly evaluation: Evaluation | undefined;
  readonly pictures: RunPictures;
}

export const NO_PICTURES: RunPictures = Object.freeze({ batches: [], worst: [], best: [], colors: [] });

/** `stopped` in order, `failed` by an error, `killed` without a word; `open`: another machine trains, or it was killed. */
export type RunState = "running" | "done" | "stopped" | "failed" | "killed" | "open";

/** Where a run is and how good it is. */
export interface RunSummary {
  readonly state: RunState;
  /** What a failed run failed by. */
  readonly error: string | undefined;
  readonly samples: number;
  readonly total: number;
  readonly best: ResultRow | undefined;
  readonly last: ResultRow | undefined;
  readonly loss: number | undefined;
  readonly samplesPerSecond: number | undefined;
  readonly readerShare: number | undefined;
  readonly residentBytes: number | undefined;
  readonly seconds: number | undefined;
}

export function summarizeRun(run: Run): RunSummary {
  const { log, results, settings } = run;
  const step = log.steps.at(-1);
  const last = results.at(-1);
  const total = step?.total ?? Number(settings["samples"] ?? 0);
  const samples = Math.max(step?.samples ?? 0, last?.samples ?? 0, log.end?.samples ?? 0);
  return {
    state: stateOf(run, total),
    error: log.end?.error,
    samples,
    total,
    best: results.reduce<ResultRow | undefined>(
      (best, row) => ((row.meanIoU ?? -1) > (best?.meanIoU ?? -1) ? row : best),
      undefined,
    ),
    last,
    loss: step?.loss,
    samplesPerSecond: step?.samplesPerSecond,
    readerShare: step?.readerShare,
    residentBytes: step?.residentBytes,
    seconds: log.seconds,
  };
}

function stateOf({ log: { end }, results, isRunning }: Run, total: number): RunState {
  if (end !== undefined) return end.finished ? "done" : end.error === undefined ? "stopped" : "failed";
  if (isRunning === true) return "running";
  if (total > 0 && (results.at(-1)?.samples ?? 0) >= total) return "done";
  return isRunning === false ? "killed" : "open";
}

/** The settings as `data.train: train` and `data.sets.0.weight: 1`, one a leaf; lists of plain values are leaves. */
export function flattenSettings(value: unknown, prefix = ""): Map<string, string> {
  const isLeaf = typeof value !== "object" || value === null || (Array.isArray(value) && !value.some(isObject));
  if (isLeaf) return new Map([[prefix, typeof value === "string" ? value : JSON.stringify(value)]]);
  const leaves = Object.entries(value).flatMap(([key, child]) => [
    ...flattenSettings(child, prefix === "" ? key : `${prefix}.${key}`),
  ]);
  return new Map(leaves);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
