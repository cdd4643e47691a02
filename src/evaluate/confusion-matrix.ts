/**
 * The confusion matrix of the PASCAL VOC protocol: one matrix of pixel counts over all images of a set, void left out.
 *
 * @see M. Everingham et al., The PASCAL Visual Object Classes Challenge, IJCV 2015, section 2.4 (evaluation).
 */
import { OptionError, ShapeError } from "../errors.ts";
import { type LabelMap, VOID } from "../labels/index.ts";
import { checkPair } from "./check-pair.ts";

export class ConfusionMatrix {
  readonly classes: number;
  /** Pixel counts, float64 (exact up to 2^53), shape `[classes, classes]`: row truth, column prediction. */
  readonly counts: Float64Array;

  /** @param classes - Number of classes, background included: 1 to 255. */
  constructor(classes: number) {
    if (!Number.isInteger(classes) || classes < 1 || classes > 255) {
      throw new OptionError(`ConfusionMatrix: expected 1 to 255 classes, got ${classes}.`);
    }
    this.classes = classes;
    this.counts = new Float64Array(classes * classes);
  }

  /** The matrix with the given rows `[truth][predicted]`, such as the `confusion` of a JSON report. */
  static fromRows(rows: readonly (readonly number[])[]): ConfusionMatrix {
    const matrix = new ConfusionMatrix(rows.length);
    rows.forEach((row, truth) => {
      if (row.length !== rows.length || !row.every((count) => Number.isSafeInteger(count) && count >= 0)) {
        throw new ShapeError(
          `ConfusionMatrix.fromRows: expected ${rows.length} counts of 0 or more in row ${truth}, got [${row.join(", ")}].`,
        );
      }
      matrix.counts.set(row, truth * rows.length);
    });
    return matrix;
  }

  /** Number of pixels counted. */
  get pixels(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The count of pixels of class `truth` that were predicted as class `predicted`. */
  at(truth: number, predicted: number): number {
    const count =
      truth < this.classes && predicted < this.classes ? this.counts[truth * this.classes + predicted] : undefined;
    if (count === undefined) {
      throw new OptionError(
        `ConfusionMatrix.at: expected classes 0 to ${this.classes - 1}, got ${truth} and ${predicted}.`,
      );
    }
    return count;
  }

  /**
   * Counts the pixels of one image. Pixels whose truth is void are left out; a prediction may not hold void. Nothing is
   * counted if it throws.
   *
   * @param truth - Label map with classes 0 to `classes - 1` and void.
   * @param prediction - Label map of the same size, without void.
   * @param name - Named in errors, e.g. the file.
   * @throws {ShapeError} if the sizes differ.
   * @throws {OptionError} if a value is neither a class nor void.
   */
  accumulate(truth: LabelMap, prediction: LabelMap, name = "image"): void {
    const classes = this.classes;
    checkPair("ConfusionMatrix.accumulate", truth, prediction, classes, name);
    for (let i = 0; i < truth.data.length; i++) {
      const t = truth.data[i]!;
      if (t !== VOID) this.counts[t * classes + prediction.data[i]!]!++;
    }
  }

  /** Adds the counts of another matrix, e.g. of another part of the set. */
  merge(other: ConfusionMatrix): void {
    if (other.classes !== this.classes) {
      throw new ShapeError(`ConfusionMatrix.merge: expected ${this.classes} classes, got ${other.classes}.`);
    }
    for (let i = 0; i < this.counts.length; i++) this.counts[i]! += other.counts[i]!;
  }

  /** The counts as rows `[truth][predicted]`. */
  toRows(): number[][] {
    return Array.from({ length: this.classes }, (_, t) => [
      ...this.counts.subarray(t * this.classes, (t + 1) * this.classes),
    ]);
  }
}
