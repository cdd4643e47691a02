/** The check before a training: the label maps and the sizes of the splits that it uses. */
import { resolve } from "node:path";
import { type CheckReport, type DatasetScan, type FindingCode, reportOf } from "../../data/index.ts";
import { type Dataset, type ScanOptions, scanDataset } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import { shellWord } from "../../shell-word.ts";

/** A data set that is trained on. */
export interface TrainingSet {
  readonly folder: string;
  /** The folder's name. */
  readonly name: string;
  /** How often one of its photos is drawn, relative to one of a set with weight 1. */
  readonly weight: number;
  readonly dataset: Dataset;
  /** How it was opened; the first of the splits is the one that is trained on. */
  readonly options: ScanOptions;
}

/** What the check found out about a set. */
export interface CheckedSet extends TrainingSet {
  readonly scan: DatasetScan;
  readonly report: CheckReport;
  /** Whether there are photos without a label map. */
  readonly isPartlyUnlabelled: boolean;
}

/** What a training would stumble over, or could learn nothing from. */
const STOPPING: readonly FindingCode[] = [
  "empty-split",
  "missing-photos",
  "missing-label-maps",
  "unreadable-photos",
  "unreadable-label-maps",
  "sizes-differ",
  "wrong-object-maps",
  "unmapped-values",
];

/**
 * Checks a set as `deconvnet data check` does, except that photos are not decoded. The sampler needs the counts of every
 * label map anyway, so that a start takes no longer for it than the headers of the photos do.
 *
 * @throws {DatasetError} with the first finding that stops a training. `signal.reason` if cancelled.
 */
export async function checkTrainingSet(set: TrainingSet, signal: AbortSignal | undefined): Promise<CheckedSet> {
  const scan = await scanDataset(set.folder, { ...set.options, photos: "header", ...(signal && { signal }) });
  const report = reportOf(scan);
  const onlyBackground = report.splits[0]?.classes.slice(1).every(({ pixels }) => pixels === 0) ?? false;
  const isStop = (code: FindingCode): boolean => STOPPING.includes(code) || (code === "only-void" && onlyBackground);
  const [first, ...more] = report.findings.filter(({ code }) => isStop(code));
  if (first !== undefined) {
    const rest = more.length === 0 ? "" : ` ${more.length} more: deconvnet data check ${shellWord(set.folder)}`;
    throw new DatasetError(`openTrainingData: ${first.message}${rest}`, set.folder);
  }
  return { ...set, scan, report, isPartlyUnlabelled: set.dataset.files.some(({ labels }) => labels === undefined) };
}

/**
 * What was found and does not stop the training, one line each.
 *
 * @param sets - All that are trained on; the first is the one that is validated on.
 */
export function notesOf(sets: readonly CheckedSet[], validation: Dataset | undefined): string[] {
  const isTaught = sets.some(({ isPartlyUnlabelled }) => isPartlyUnlabelled);
  const alone = sets.length === 1 && !isTaught;
  const warnings = [
    ...sets.flatMap((set) => {
      const messages = alone ? messagesOf(set.report) : withoutAbsent(set);
      return sets.length === 1 ? messages : messages.map((message) => `${set.folder}: ${message}`);
    }),
    ...(alone || isTaught ? [] : absentFromAll(sets)),
    ...sets.slice(1).flatMap((set) => validatedToo(set, validation)),
  ];
  return warnings.map((message) => `warning: ${message}`);
}

function messagesOf({ findings }: CheckReport): string[] {
  return findings.map(({ message }) => message);
}

/** Classes that the training split does not show may be in another set, or in the teacher's scores. */
function withoutAbsent({ scan, report }: CheckedSet): string[] {
  const { findings } = reportOf({ ...scan, splits: scan.splits.slice(0, 1) });
  const isAbsent = (code: FindingCode): boolean => code === "absent-classes" || code === "only-background";
  const absent = findings.filter(({ code }) => isAbsent(code)).map(({ message }) => message);
  return messagesOf(report).filter((message) => !absent.includes(message));
}

function absentFromAll(sets: readonly CheckedSet[]): string[] {
  const counts = sets.map(({ report }) => report.splits[0]?.classes ?? []);
  const absent = (counts[0] ?? []).filter((_, label) => counts.every((classes) => classes[label]?.pixels === 0));
  if (absent.length === 0) return [];
  const names = absent.map(({ name }) => name).join(", ");
  return [`expected every class in one of ${sets.length} sets, got none with ${names}. Absent classes are not learnt.`];
}

/** The check of the first set compares its own splits. */
function validatedToo({ folder, dataset }: CheckedSet, validation: Dataset | undefined): string[] {
  const validated = new Set(validation?.files.map(({ photo }) => resolve(photo)));
  const shared = dataset.files.filter(({ photo }) => validated.has(resolve(photo)));
  if (shared.length === 0) return [];
  const ids = shared.slice(0, 3).map(({ id }) => id);
  return [
    `${folder}: expected other photos than those to validate on, got ${shared.length} of them: ${ids.join(", ")}` +
      `${shared.length > ids.length ? ", ..." : ""}. Scores on photos that were trained on mean nothing.`,
  ];
}
