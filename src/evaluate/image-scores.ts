/** The scores of each image of a set: which ones fail. */
import { type Evaluation, type ImageRecord, matrixOf } from "./evaluation.ts";
import { mean } from "./mean.ts";
import { scoresOf } from "./scores.ts";

export interface ImageScores {
  readonly id: string;
  /** Mean over the classes that the image's truth or prediction has; `null` if all of it is void. */
  readonly meanIoU: number | null;
  readonly pixelAccuracy: number | null;
  /** Mean over the same classes; left out where boundaries are not scored. */
  readonly boundaryF1?: number | null;
  /** IoU of those classes, by name. */
  readonly iou: Readonly<Record<string, number>>;
}

/** Scores the images of an evaluation one by one, in its order. */
export function imageScores({ images, classNames }: Evaluation): ImageScores[] {
  return images.map((record) => scoreImage(record, classNames));
}

/** Scores one image. */
export function scoreImage(record: ImageRecord, classNames: readonly string[]): ImageScores {
  const { meanIoU, pixelAccuracy, classes } = scoresOf(matrixOf(record, classNames.length), classNames);
  const present = classes.flatMap(({ name, iou }) => (iou === null ? [] : [[name, iou] as const]));
  return {
    id: record.id,
    meanIoU,
    pixelAccuracy,
    ...(record.boundaryF1 === undefined ? {} : { boundaryF1: mean(record.boundaryF1) }),
    iou: Object.fromEntries(present),
  };
}

/** The images by mean IoU, the worst first; those without a counted pixel are left out. */
export function worstFirst(scores: readonly ImageScores[]): ImageScores[] {
  return scores
    .filter(({ meanIoU }) => meanIoU !== null)
    .toSorted((a, b) => (a.meanIoU ?? 0) - (b.meanIoU ?? 0) || (a.id < b.id ? -1 : 1));
}
