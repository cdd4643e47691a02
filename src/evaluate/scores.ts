/** Scores of a confusion matrix: intersection over union and its relatives, all as fractions 0 to 1. */
import { ShapeError } from "../errors.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { mean } from "./mean.ts";

export interface ClassScore {
  readonly name: string;
  /** Intersection over union; `null` for an absent class. */
  readonly iou: number | null;
  /** Share of the class's own pixels that were found; `null` if the truth has none. */
  readonly accuracy: number | null;
  /** Pixels of the class in the truth. */
  readonly pixels: number;
  /** True if neither truth nor prediction has a pixel of the class: then it is left out of the mean. */
  readonly absent: boolean;
}

/** Means are `null` if there is nothing to average: no pixel was counted. */
export interface Scores {
  /** Mean IoU over the classes that are not absent. */
  readonly meanIoU: number | null;
  /** Share of all pixels that were labelled right. */
  readonly pixelAccuracy: number | null;
  /** Mean of the classes' accuracies, over the classes that occur in the truth. */
  readonly meanAccuracy: number | null;
  /** Mean of the IoU, each class weighted by its share of the truth. */
  readonly frequencyWeightedIoU: number | null;
  /** In the order of the matrix. */
  readonly classes: readonly ClassScore[];
}

/**
 * Computes the scores of a confusion matrix.
 *
 * @param matrix - Counts over a whole set.
 * @param names - Class names, in the order of the matrix.
 * @throws {ShapeError} if there are more or fewer names than classes.
 * @see J. Long, E. Shelhamer, T. Darrell, Fully Convolutional Networks for Semantic Segmentation, CVPR 2015, section 5.
 * @example
 * ```ts
 * const matrix = new ConfusionMatrix(2);
 * matrix.accumulate(labelMap(Uint8Array.of(0, 1, 1, 255), 2, 2), labelMap(Uint8Array.of(0, 1, 0, 0), 2, 2));
 * const { meanIoU } = scoresOf(matrix, ["background", "cat"]); // (1/2 + 1/2) / 2
 * ```
 */
export function scoresOf(matrix: ConfusionMatrix, names: readonly string[]): Scores {
  if (names.length !== matrix.classes) {
    throw new ShapeError(`scoresOf: expected ${matrix.classes} class names, got ${names.length}.`);
  }
  const classes = names.map((name, c) => scoreOf(matrix, name, c));
  const present = classes.filter((score) => score.pixels > 0);
  const total = matrix.pixels;
  return {
    meanIoU: mean(classes.map((score) => score.iou)),
    pixelAccuracy: total === 0 ? null : sum(classes.map((_, c) => matrix.at(c, c))) / total,
    meanAccuracy: mean(classes.map((score) => score.accuracy)),
    frequencyWeightedIoU: total === 0 ? null : sum(present.map((score) => score.pixels * (score.iou ?? 0))) / total,
    classes,
  };
}

function scoreOf(matrix: ConfusionMatrix, name: string, c: number): ClassScore {
  const right = matrix.at(c, c);
  let [pixels, predicted] = [0, 0];
  for (let other = 0; other < matrix.classes; other++) {
    pixels += matrix.at(c, other);
    predicted += matrix.at(other, c);
  }
  const union = pixels + predicted - right;
  return {
    name,
    iou: union === 0 ? null : right / union,
    accuracy: pixels === 0 ? null : right / pixels,
    pixels,
    absent: union === 0,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
