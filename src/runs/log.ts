/** `log.jsonl` and `results.csv` of a run: what was written down on the way. */
import { z } from "zod";
import { FormatError } from "../errors.ts";

const count = z.number().min(0);

const step = z.object({
  type: z.literal("step"),
  samples: count,
  total: count,
  loss: z.number(),
  /** What the loss is the sum of; older runs do not have it. */
  lossParts: z.record(z.string(), z.number()).default({}),
  learningRate: z.number(),
  samplesPerSecond: z.number(),
  readerShare: z.number(),
  residentBytes: z.number(),
  /** When it was written, ISO 8601; older runs do not have it. */
  time: z.string().optional(),
});

const end = z.object({
  type: z.literal("end"),
  samples: count,
  finished: z.boolean(),
  /** What went wrong, if something did. */
  error: z.string().optional(),
  time: z.string().optional(),
});

const dataSet = z.object({ folder: z.string(), split: z.string(), photos: count });

const start = z.object({
  type: z.literal("start"),
  samples: count,
  /** Sample of the model that the run goes on from in place of a resumed run's first. */
  continued: count.default(0),
  /** What is trained on; older runs do not have it. */
  sets: z.array(dataSet).default([]),
  /** `null` if nothing is validated. */
  validation: dataSet.nullable().default(null),
  time: z.string().optional(),
});

const entry = z.discriminatedUnion("type", [step, end, start]);

/** Loss and rates are averages over the last steps. */
export type StepEntry = z.infer<typeof step>;
/** Written when a training stops in order, or by an error. */
export type EndEntry = z.infer<typeof end>;
/** A split that is trained or validated on. */
export type DataSetEntry = z.infer<typeof dataSet>;
/** Written when a training is started or resumed. */
export type StartEntry = z.infer<typeof start>;

export interface RunLog {
  /** In the order of their samples, each once. */
  readonly steps: readonly StepEntry[];
  /** Of the last time that the training was started; `undefined` in an empty log. */
  readonly start: StartEntry | undefined;
  /** Of the last time that the training stopped; `undefined` if it runs, or was killed. */
  readonly end: EndEntry | undefined;
  /** Seconds of training, from one entry to the next, pauses between stop and resume left out; `undefined` without times. */
  readonly seconds: number | undefined;
}

/** Entries that are further apart than this have a pause between them, s. */
const PAUSE = 3600;

/**
 * Reads a log. A training that was killed and resumed passes some samples twice: the later entries count. Lines of other
 * kinds are passed over, and so is half a line at the end, which a running training may just be writing.
 */
export function parseLog(text: string): RunLog {
  const steps: StepEntry[] = [];
  let started: StartEntry | undefined;
  let ended: EndEntry | undefined;
  let [seconds, before] = [0, Number.NaN];
  for (const line of text.split("\n")) {
    const parsed = entry.safeParse(parseLine(line));
    if (!parsed.success) continue;
    const time = Date.parse(parsed.data.time ?? "") / 1000;
    const passed = time - before;
    if (parsed.data.type !== "start" && passed > 0 && passed < PAUSE) seconds += passed;
    if (!Number.isNaN(time)) before = time;
    if (parsed.data.type === "start") started = parsed.data;
    ended = parsed.data.type === "end" ? parsed.data : undefined;
    if (parsed.data.type !== "step") continue;
    while ((steps.at(-1)?.samples ?? -1) >= parsed.data.samples) steps.pop();
    steps.push(parsed.data);
  }
  return { steps, start: started, end: ended, seconds: Number.isNaN(before) ? undefined : seconds };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The scores of one validation. */
export interface ResultRow {
  readonly samples: number;
  readonly meanIoU: number | null;
  /** By class name; `null` for an absent class. */
  readonly iou: ReadonlyMap<string, number | null>;
}

/**
 * Reads `results.csv`.
 *
 * @param source - Named in errors, e.g. the path.
 * @throws {FormatError} if it is something else.
 */
export function parseResults(text: string, source: string): ResultRow[] {
  const [header = [], ...rows] = text
    .split("\n")
    .filter((line) => line !== "")
    .map(csvCells);
  const problem = (got: string): FormatError =>
    new FormatError(`parseResults: ${source}: expected a table of samples, meanIoU and classes, got ${got}.`);
  if (header[0] !== "samples" || header[1] !== "meanIoU") throw problem(`the columns ${header.join(", ")}`);
  return rows.map((row) => {
    const numbers = row.map((cell) => (cell === "" ? null : Number(cell)));
    const [samples, meanIoU = null] = numbers;
    if (row.length !== header.length || samples === null || samples === undefined || numbers.some(Number.isNaN)) {
      throw problem(`the row ${row.join(",")}`);
    }
    return { samples, meanIoU, iou: new Map(header.slice(2).map((name, i) => [name, numbers[i + 2] ?? null])) };
  });
}

/** Cells may stand in quotes, with quotes inside doubled. */
function csvCells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
