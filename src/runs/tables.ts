/** Runs side by side: what `deconvnet runs` prints. */
import { countText, durationText, lineChart, percentText } from "../visualize/index.ts";
import type { Run, RunSummary } from "./run.ts";
import { flattenSettings, summarizeRun } from "./run.ts";

/** A line a run, the header first. */
export function listRows(runs: readonly Run[]): string[][] {
  return [
    ["run", "state", "samples", "best IoU", "at", "last IoU", "loss", "time"],
    ...runs.map((run) => {
      const summary = summarizeRun(run);
      return [
        run.path,
        summary.state,
        `${countText(summary.samples)}/${countText(summary.total)}`,
        percentText(summary.best?.meanIoU),
        countText(summary.best?.samples),
        percentText(summary.last?.meanIoU),
        summary.loss?.toFixed(3) ?? "-",
        durationText(summary.seconds),
      ];
    }),
  ];
}

/** A column a run: results, and the settings in which they differ. */
export function compareRows(runs: readonly Run[]): string[][] {
  const summaries = runs.map(summarizeRun);
  const classNames = [...new Set(summaries.flatMap(({ best }) => [...(best?.iou.keys() ?? [])]))];
  const row = (name: string, cell: (summary: RunSummary) => string): string[] => [name, ...summaries.map(cell)];
  return [
    ["", ...runs.map(({ path }) => path)],
    row("state", ({ state }) => state),
    row("samples", ({ samples, total }) => `${countText(samples)}/${countText(total)}`),
    row("loss", ({ loss }) => loss?.toFixed(3) ?? "-"),
    row("best mean IoU", ({ best }) => percentText(best?.meanIoU)),
    row("  at sample", ({ best }) => countText(best?.samples)),
    ...classNames.map((name) => row(`  ${name}`, ({ best }) => percentText(best?.iou.get(name)))),
    row("last mean IoU", ({ last }) => percentText(last?.meanIoU)),
    row("samples/s", ({ samplesPerSecond }) => samplesPerSecond?.toFixed(2) ?? "-"),
    row("reader", ({ readerShare }) => percentText(readerShare)),
    row("memory", ({ residentBytes }) =>
      residentBytes === undefined ? "-" : `${(residentBytes / 1e9).toFixed(2)} GB`,
    ),
    row("time", ({ seconds }) => durationText(seconds)),
    ...differingSettings(runs),
  ];
}

function differingSettings(runs: readonly Run[]): string[][] {
  const settings = runs.map((run) => flattenSettings(run.settings));
  const keys = [...new Set(settings.flatMap((values) => [...values.keys()]))];
  return keys
    .map((key) => [key, ...settings.map((values) => values.get(key) ?? "-")])
    .filter(([, first, ...others]) => others.some((value) => value !== first));
}

/** A run in JSON: its place, its scores, its settings. */
export function runJson(run: Run): Readonly<Record<string, unknown>> {
  const { best, last, ...summary } = summarizeRun(run);
  const score = (row: RunSummary["best"]): unknown =>
    row === undefined ? null : { samples: row.samples, meanIoU: row.meanIoU, iou: Object.fromEntries(row.iou) };
  return { run: run.path, ...summary, best: score(best), last: score(last), settings: run.settings };
}

/** The mean IoU of runs over their samples, as SVG. */
export function meanIoUChart(runs: readonly Run[]): string {
  const series = runs.map(({ path, results }) => ({
    name: path,
    points: results.map(({ samples, meanIoU }) => [samples, 100 * (meanIoU ?? Number.NaN)] as const),
  }));
  return lineChart(series, { title: "Mean IoU on the validation split, %", yFrom: 0, width: 720, height: 400 });
}
