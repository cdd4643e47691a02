/** The curves of a report. */
import { type BoundaryScores, bootstrapMeanIoU, boundaryScores, scoresOf } from "../../evaluate/index.ts";
import { barChart, confusionPlot, lineChart, percentText, type Series } from "../../visualize/index.ts";
import type { ResultRow, StepEntry } from "../log.ts";
import type { Run } from "../run.ts";

/** Curves over the samples, as SVG. */
export function curveCharts({ log: { steps }, results }: Run): string[] {
  const curve = (name: string, value: (entry: StepEntry) => number): Series => ({
    name,
    points: steps.map((entry) => [entry.samples, value(entry)]),
  });
  const one = (title: string, value: (entry: StepEntry) => number, yFrom?: number): string =>
    lineChart([curve(title, value)], { title, ...(yFrom === undefined ? {} : { yFrom }) });
  return [
    lineChart(lossSeries(steps), { title: "Training loss" }),
    lineChart([{ name: "mean IoU", points: results.map((row) => [row.samples, row.meanIoU ?? Number.NaN]) }], {
      title: "Mean IoU on the validation split",
      yFrom: 0,
    }),
    lineChart(classSeries(results), { title: "IoU of each class", yFrom: 0 }),
    one("Learning rate", ({ learningRate }) => learningRate, 0),
  ];
}

/** What the time goes into. */
export function timingCharts({ log: { steps } }: Run): string[] {
  const points = (value: (entry: StepEntry) => number): Series["points"] =>
    steps.map((entry) => [entry.samples, value(entry)]);
  const msPerSample = ({ samplesPerSecond }: StepEntry): number => 1000 / samplesPerSecond;
  return [
    lineChart(
      [
        { name: "step", points: points((entry) => msPerSample(entry) * (1 - entry.readerShare)) },
        { name: "waiting for the reader", points: points((entry) => msPerSample(entry) * entry.readerShare) },
      ],
      { title: "Time for a sample, ms", yFrom: 0 },
    ),
    lineChart([{ name: "memory", points: points(({ residentBytes }) => residentBytes) }], {
      title: "Resident memory, bytes",
      yFrom: 0,
    }),
  ];
}

/** The loss and, where it has several, its parts. */
function lossSeries(steps: readonly StepEntry[]): Series[] {
  const names = Object.keys(steps.at(-1)?.lossParts ?? {});
  return [
    { name: "loss", points: steps.map(({ samples, loss }) => [samples, loss]) },
    ...names.map((name) => ({
      name,
      points: steps.map(({ samples, lossParts }): [number, number] => [samples, lossParts[name] ?? Number.NaN]),
    })),
  ];
}

function classSeries(results: readonly ResultRow[]): Series[] {
  const names = [...(results.at(-1)?.iou.keys() ?? [])];
  return names.map((name) => ({
    name,
    points: results.map((row) => [row.samples, row.iou.get(name) ?? Number.NaN]),
  }));
}

/** Scores of the last validation, as SVG. */
export function scoreCharts({ evaluation }: Run): string[] {
  if (evaluation === undefined) return [];
  const { classes } = scoresOf(evaluation.matrix, evaluation.classNames);
  const bars = classes.map(({ name, iou }) => ({ name, share: iou, empty: "absent" }));
  return [
    barChart(bars, `IoU of each class over ${evaluation.images.length} photos`),
    ...boundaryChart(boundaryScores(evaluation)),
    confusionPlot(evaluation.matrix.toRows(), evaluation.classNames),
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
