/** What an evaluation prints and writes: a table with class names, and JSON with the raw counts. */
import stringWidth from "string-width";
import { printable } from "../printable.ts";
import { padEnd, padStart } from "../text-columns.ts";
import { bootstrapMeanIoU, type Interval } from "./bootstrap.ts";
import { type BoundaryScores, boundaryScores } from "./boundary-scores.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import type { Evaluation, ImageRecord } from "./evaluation.ts";
import { imageScores, worstFirst } from "./image-scores.ts";
import { type Scores, scoresOf } from "./scores.ts";

/** How many of the worst images are named. */
const WORST = 5;

/** The JSON form of an evaluation. All scores are fractions 0 to 1. */
export interface EvaluationJson {
  readonly meanIoU: number | null;
  readonly pixelAccuracy: number | null;
  readonly meanAccuracy: number | null;
  readonly frequencyWeightedIoU: number | null;
  /** In the order of the model; `pixels` counts the truth, `iou` is null where `absent` is true. */
  readonly classes: readonly { name: string; iou: number | null; pixels: number; absent: boolean }[];
  /** Pixel counts `[truth][predicted]`. */
  readonly confusion: readonly (readonly number[])[];
}

/** The JSON form of the evaluation of a set, image by image. */
export interface EvaluationFile extends EvaluationJson {
  /** Of the mean IoU; `null` for fewer than two images. */
  readonly meanIoUInterval: Interval | null;
  /** Only where boundaries were scored. */
  readonly boundaryF1?: BoundaryScores;
  readonly images: readonly ImageRecord[];
}

/** The JSON form of an evaluation, its images included. */
export function evaluationFile(evaluation: Evaluation): EvaluationFile {
  const boundaries = boundaryScores(evaluation);
  return {
    ...evaluationJson(evaluation.matrix, evaluation.classNames),
    meanIoUInterval: bootstrapMeanIoU(evaluation) ?? null,
    ...(boundaries === undefined ? {} : { boundaryF1: boundaries }),
    images: evaluation.images,
  };
}

/** The JSON form of a confusion matrix and its scores. */
export function evaluationJson(matrix: ConfusionMatrix, names: readonly string[]): EvaluationJson {
  const scores = scoresOf(matrix, names);
  return {
    meanIoU: scores.meanIoU,
    pixelAccuracy: scores.pixelAccuracy,
    meanAccuracy: scores.meanAccuracy,
    frequencyWeightedIoU: scores.frequencyWeightedIoU,
    classes: scores.classes.map(({ name, iou, pixels, absent }) => ({ name, iou, pixels, absent })),
    confusion: matrix.toRows(),
  };
}

/**
 * Prints an evaluation: the table of its scores, how sure the mean is, and which images are the worst.
 *
 * @returns Lines joined by line feeds, without one at the end.
 */
export function formatEvaluation(evaluation: Evaluation): string {
  const scores = scoresOf(evaluation.matrix, evaluation.classNames);
  return [
    formatScores(scores, boundaryScores(evaluation)),
    ...intervalLines(evaluation),
    ...worstLines(evaluation),
  ].join("\n");
}

/**
 * Prints scores as a table of plain text: a line a class, then the means and which classes were left out.
 *
 * @param boundaries - Adds a column and a line for the boundary F1.
 * @returns Lines joined by line feeds, without one at the end.
 */
export function formatScores(scores: Scores, boundaries?: BoundaryScores): string {
  const rows = [
    ["class", "IoU %", "accuracy %", ...(boundaries === undefined ? [] : ["boundary F1 %"]), "pixels"],
    ...scores.classes.map((score, c) => [
      printable(score.name),
      score.absent ? "absent" : percent(score.iou),
      percent(score.accuracy),
      ...(boundaries === undefined ? [] : [percent(boundaries.classes[c]?.f1 ?? null)]),
      score.pixels.toLocaleString("en-US"),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? "")))) ?? [];
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? padEnd(cell, widths[0] ?? 0) : padStart(cell, widths[i] ?? 0))).join("  "),
  );
  const rule = "-".repeat(lines[0]?.length ?? 0);
  return [lines[0], rule, ...lines.slice(1), rule, ...summary(scores), ...boundaryLines(boundaries)].join("\n");
}

function summary(scores: Scores): string[] {
  const absent = scores.classes.filter((score) => score.absent).map((score) => printable(score.name));
  const averaged = scores.classes.length - absent.length;
  const leftOut = absent.length === 0 ? "" : `; absent, left out: ${absent.join(", ")}`;
  return [
    `mean IoU ${share(scores.meanIoU)} over ${averaged} of ${scores.classes.length} classes${leftOut}`,
    `pixel accuracy ${share(scores.pixelAccuracy)}, mean accuracy ${share(scores.meanAccuracy)}, ` +
      `frequency-weighted IoU ${share(scores.frequencyWeightedIoU)}`,
  ];
}

function boundaryLines(boundaries: BoundaryScores | undefined): string[] {
  if (boundaries === undefined) return [];
  const { mean, imageMean, tolerance } = boundaries;
  const averaged = boundaries.classes.filter(({ f1 }) => f1 !== null).length;
  return [
    `boundary F1 ${share(mean)} over ${averaged} classes, ${share(imageMean)} over images ` +
      `(tolerance ${Number((100 * tolerance).toPrecision(4))} % of the diagonal)`,
  ];
}

function intervalLines(evaluation: Evaluation): string[] {
  const interval = bootstrapMeanIoU(evaluation);
  if (interval === undefined) return [];
  const { low, high, level, resamples } = interval;
  const drawn = evaluation.images.filter(({ counts }) => counts.length > 0).length;
  return [
    `mean IoU ${percent(low)} to ${share(high)} with ${100 * level} % confidence (${resamples} bootstrap samples of ${drawn} images)`,
  ];
}

function worstLines(evaluation: Evaluation): string[] {
  const worst = worstFirst(imageScores(evaluation));
  if (worst.length < 2) return [];
  const named = worst.slice(0, WORST).map(({ id, meanIoU }) => `${printable(id)} ${share(meanIoU)}`);
  return [`worst images: ${named.join(", ")}`];
}

function percent(fraction: number | null): string {
  return fraction === null ? "n/a" : (100 * fraction).toFixed(2);
}

/** With its unit. */
function share(fraction: number | null): string {
  return fraction === null ? "n/a" : `${percent(fraction)} %`;
}
