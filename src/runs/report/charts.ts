/** The curves of a report. */
import { type BoundaryScores, bootstrapMeanIoU, boundaryScores, scoresOf } from "../../evaluate/index.ts";
import { barChart, confusionPlot, lineChart, percentText, type Series } from "../../visualize/index.ts";
import type { ResultRow, StepEntry } from "../log.ts";
import { type Run, summarizeRun } from "../run.ts";

/** Curves over the samples, as SVG; all with the same axis of samples. */
export function curveCharts(run: Run): string[] {
  const { steps } = run.log;
  const range = samplesRange(run);
  const loss = lineChart(lossSeries(steps), { title: "Training loss", ...range });
  if (run.log.start?.validation === null && run.results.length === 0) return [loss];
  const means: Series = { name: "mean IoU", points: run.results.map((row) => [row.samples, percent(row.meanIoU)]) };
  return [
    loss,
    lineChart([means], { title: "Mean IoU on the validation split, %", yFrom: 0, ...range }),
    lineChart(classSeries(run.results), { title: "IoU of each class, %", yFrom: 0, ...range }),
  ];
}

/** The learning rate, and what time and memory go into. */
export function speedCharts(run: Run): string[] {
  const { steps } = run.log;
  const range = samplesRange(run);
  const msPerSample = ({ samplesPerSecond }: StepEntry): number => 1000 / samplesPerSecond;
  const times: Series[] = [
    { name: "step", points: stepPoints(steps, (entry) => msPerSample(entry) * (1 - entry.readerShare)) },
    { name: "waiting for the reader", points: stepPoints(steps, (entry) => msPerSample(entry) * entry.readerShare) },
  ];
  const rates: Series = { name: "rate", points: stepPoints(steps, ({ learningRate }) => learningRate) };
  const memory: Series = { name: "memory", points: stepPoints(steps, ({ residentBytes }) => residentBytes / 1e9) };
  return [
    lineChart([rates], { title: "Learning rate", yFrom: 0, ...range }),
    lineChart(times, { title: "Time for a sample, ms", yFrom: 0, ...range }),
    lineChart([memory], { title: "Resident memory, GB", yFrom: 0, ...range }),
  ];
}

function samplesRange(run: Run): { readonly xFrom: number; readonly xTo: number } {
  return { xFrom: run.log.start?.continued ?? 0, xTo: summarizeRun(run).samples };
}

function stepPoints(steps: readonly StepEntry[], value: (entry: StepEntry) => number): Series["points"] {
  return steps.map((entry) => [entry.samples, value(entry)]);
}

/** Not a number, which is not drawn, for what there is nothing of. */
function percent(share: number | null | undefined): number {
  return 100 * (share ?? Number.NaN);
}

/** The loss and, where it has several, its parts. */
function lossSeries(steps: readonly StepEntry[]): Series[] {
  const names = Object.keys(steps.at(-1)?.lossParts ?? {});
  return [
    { name: "loss", points: stepPoints(steps, ({ loss }) => loss) },
    ...names.map((name) => ({ name, points: stepPoints(steps, ({ lossParts }) => lossParts[name] ?? Number.NaN) })),
  ];
}

function classSeries(results: readonly ResultRow[]): Series[] {
  const names = [...(results.at(-1)?.iou.keys() ?? [])];
  return names.map((name) => ({
    name,
    points: results.map((row) => [row.samples, percent(row.iou.get(name))]),
  }));
}

/** Scores of the last validation, as markup. */
export function scoreCharts({ evaluation }: Run): string[] {
  if (evaluation === undefined) return [];
  const { classes } = scoresOf(evaluation.matrix, evaluation.classNames);
  const bars = classes.map(({ name, iou }) => ({ name, share: iou, empty: "absent" }));
  return [
    barChart(bars, `IoU of each class over ${evaluation.images.length} photos`),
    ...boundaryChart(boundaryScores(evaluation)),
    // Of many classes it would be too small to read if it were made to fit.
    `<div class="wide">${confusionPlot(evaluation.matrix.toRows(), evaluation.classNames)}</div>`,
  ];
}

function boundaryChart(boundaries: BoundaryScores | undefined): string[] {
  if (boundaries === undefined) return [];
  return [
    barChart(
      boundaries.classes.map(({ name, f1 }) => ({ name, share: f1 })),
      "Boundary F1 of each class",
    ),
  ];
}

/** How sure the last mean IoU is; empty if that cannot be said. */
export function intervalText({ evaluation }: Run): string {
  const interval = evaluation === undefined ? undefined : bootstrapMeanIoU(evaluation);
  return interval === undefined
    ? ""
    : `${percentText(interval.low)} to ${percentText(interval.high)} with ${100 * interval.level} % confidence`;
}
