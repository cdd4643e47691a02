/** `deconvnet data check`: what is in a data set, and what is wrong with it. */
import type { CheckReport, SplitStatistics } from "../data/index.ts";
import { DatasetError } from "../errors.ts";
import { alignColumns } from "./align-columns.ts";
import { readClassNames } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { percent } from "./format-numbers.ts";
import { ProgressLine } from "./progress-line.ts";

export interface CheckFlags {
  readonly splits?: readonly string[];
  readonly classes?: string;
  readonly map: readonly string[];
  readonly json?: boolean;
}

export async function checkData(folder: string, flags: CheckFlags, terminal: Terminal): Promise<void> {
  const { checkDataset } = await import("../data/node.ts");
  const { stdout, stderr, signal } = terminal;
  const progress = new ProgressLine(stderr);
  const report = await checkDataset(folder, {
    map: flags.map,
    signal,
    ...(flags.splits === undefined ? {} : { splits: flags.splits }),
    ...(flags.classes === undefined ? {} : { classes: await readClassNames(flags.classes) }),
    onProgress: (done, total) => progress.update(`${done}/${total} photos`),
  }).finally(() => progress.clear());
  stdout.write(flags.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : describeCheck(report));
  const errors = report.findings.filter(({ level }) => level === "error").length;
  if (errors === 0) return;
  throw new DatasetError(
    `data check: expected no errors, got ${errors}. Correct what is named under "errors".`,
    folder,
  );
}

/** The report as text: a table for each split, then the findings, one a line. */
export function describeCheck(report: CheckReport): string {
  const { folder, layout, classes, photos, splits, findings } = report;
  const lines = [
    `${folder}: ${layout === "voc" ? "VOC" : "plain"} layout, ${photos} photos, ${classes.length} classes`,
  ];
  for (const split of splits) lines.push("", ...splitLines(split));
  for (const level of ["error", "warning"] as const) {
    const messages = findings.filter((finding) => finding.level === level).map(({ message }) => `  ${message}`);
    lines.push("", messages.length === 0 ? `${level}s: none` : `${level}s: ${messages.length}`, ...messages);
  }
  return `${lines.join("\n")}\n`;
}

function splitLines({ name, photos, pixels, voidShare, stored, values }: SplitStatistics): string[] {
  const kinds = Object.entries(stored).map(([kind, files]) => `${files} ${kind}`);
  const rows = values.map((entry) => [
    String(entry.value),
    entry.class ?? "(no class)",
    String(entry.photos),
    String(entry.pixels),
    percent(entry.share),
  ]);
  return [
    `${name}: ${photos} photos, ${pixels} pixels, void ${percent(voidShare)}; label maps: ${kinds.join("; ") || "none"}`,
    ...alignColumns([["value", "class", "photos", "pixels", "share"], ...rows]).map((row) => `  ${row}`),
  ];
}
