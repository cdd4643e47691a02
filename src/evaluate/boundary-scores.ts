/** The boundary F1 of a set, from those of its images. */
import { type Evaluation, imagesById } from "./evaluation.ts";
import { mean } from "./mean.ts";

export interface BoundaryScores {
  /** Share of the diagonal within which boundaries match. */
  readonly tolerance: number;
  /** Mean over the classes; `null` if no image has a class. */
  readonly mean: number | null;
  /** Mean over the images of each image's mean over its classes, as SegNet reports it. */
  readonly imageMean: number | null;
  /** In the order of the model: mean over the images whose truth or prediction has the class, and how many these are. */
  readonly classes: readonly { readonly name: string; readonly f1: number | null; readonly images: number }[];
}

/**
 * Averages the boundary F1 of the images of an evaluation.
 *
 * @returns `undefined` if it does not score boundaries.
 * @see V. Badrinarayanan, A. Kendall, R. Cipolla, SegNet, TPAMI 2017, section 4.1, for the mean over images; there only the
 *   classes of the truth count, here also those that are predicted where there are none (their F1 is 0), as in the IoU.
 */
export function boundaryScores(evaluation: Evaluation): BoundaryScores | undefined {
  const { classNames, boundaryTolerance } = evaluation;
  if (boundaryTolerance === undefined) return undefined;
  const images = imagesById(evaluation);
  const classes = classNames.map((name, c) => {
    const values = images.map(({ boundaryF1 }) => boundaryF1?.[c] ?? null).filter((value) => value !== null);
    return { name, f1: mean(values), images: values.length };
  });
  return {
    tolerance: boundaryTolerance,
    mean: mean(classes.map(({ f1 }) => f1)),
    imageMean: mean(images.map(({ boundaryF1 }) => mean(boundaryF1 ?? []))),
    classes,
  };
}
