/** The evaluation of a set: one confusion matrix over all images, and what each image adds to it. */
import { OptionError } from "../errors.ts";
import type { LabelMap } from "../labels/index.ts";
import { boundaryF1 } from "./boundary-f1.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";

/** One image's part in an evaluation. */
export interface ImageRecord {
  readonly id: string;
  /** What the image adds to the confusion matrix: only counts above 0. */
  readonly counts: readonly (readonly [truth: number, predicted: number, pixels: number])[];
  /** Boundary F1 by class, `null` where the image does not have the class; `undefined` if boundaries are not scored. */
  readonly boundaryF1: readonly (number | null)[] | undefined;
}

export interface EvaluationOptions {
  /** Also scores boundaries, with this tolerance: a share of the image's diagonal. */
  readonly boundaryTolerance?: number | undefined;
}

/** Counts image by image. */
export class Evaluation {
  readonly classNames: readonly string[];
  readonly boundaryTolerance: number | undefined;
  /** Over all images. */
  readonly matrix: ConfusionMatrix;
  readonly #images: ImageRecord[] = [];
  readonly #ids = new Set<string>();

  constructor(classNames: readonly string[], options: EvaluationOptions = {}) {
    this.classNames = classNames;
    this.boundaryTolerance = options.boundaryTolerance;
    this.matrix = new ConfusionMatrix(classNames.length);
  }

  /** In the order in which they were added. */
  get images(): readonly ImageRecord[] {
    return this.#images;
  }

  /**
   * Scores one image; void pixels of the truth are left out.
   *
   * @param id - Name of the image, which no other one has.
   * @param truth - Label map with the evaluation's classes and void.
   * @param prediction - Label map of the same size, without void.
   * @returns What was added.
   * @throws {ShapeError} if the sizes differ.
   * @throws {OptionError} if a value is neither a class nor void, or the id is there already: nothing is counted.
   */
  add(id: string, truth: LabelMap, prediction: LabelMap): ImageRecord {
    const matrix = new ConfusionMatrix(this.classNames.length);
    matrix.accumulate(truth, prediction, id);
    const tolerance = this.boundaryTolerance;
    const scores =
      tolerance === undefined ? undefined : boundaryF1(truth, prediction, matrix.classes, { tolerance }, id);
    const record = { id, counts: sparseCounts(matrix), boundaryF1: scores };
    this.addRecord(record);
    return record;
  }

  /** Adds an image that was scored before. @throws {OptionError} if its id is there already: nothing is counted. */
  addRecord(record: ImageRecord): void {
    if (this.#ids.has(record.id)) {
      throw new OptionError(
        `Evaluation: expected every image once, got "${record.id}" a second time. It would count twice: leave one out.`,
      );
    }
    this.matrix.merge(matrixOf(record, this.classNames.length));
    this.#ids.add(record.id);
    this.#images.push(record);
  }
}

/** The images by name, so that what is made of them does not depend on the order in which parts were put together. */
export function imagesById({ images }: Evaluation): ImageRecord[] {
  return images.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** The confusion matrix of one image. */
export function matrixOf({ counts }: ImageRecord, classes: number): ConfusionMatrix {
  const matrix = new ConfusionMatrix(classes);
  for (const [truth, predicted, pixels] of counts) matrix.counts[truth * classes + predicted]! += pixels;
  return matrix;
}

function sparseCounts(matrix: ConfusionMatrix): [number, number, number][] {
  return matrix
    .toRows()
    .flatMap((row, truth) => row.map((pixels, predicted): [number, number, number] => [truth, predicted, pixels]))
    .filter(([, , pixels]) => pixels > 0);
}
