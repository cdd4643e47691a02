/** From score maps to label maps of the photo's size, and what they show. */
import { resizedScoreRows, type Size } from "../image/index.ts";
import { type LabelMap, labelHistogram, labelMap } from "../labels/index.ts";
import { argmax } from "../tensor/index.ts";
import type { ScoreMap } from "./tiles.ts";

/** Scores enlarged to a photo's size, and the class with the largest one at each pixel; row by row, so that no photo is too large. */
export function labelsAt(scores: ScoreMap, { height, width }: Size): LabelMap {
  const labels = new Uint8Array(height * width);
  let at = 0;
  for (const row of resizedScoreRows(scores.data, [scores.classes, scores.height, scores.width], { height, width })) {
    labels.set(argmax(row, [scores.classes, 1, width]), at);
    at += width;
  }
  return labelMap(labels, height, width);
}

/** How much of a photo a class covers. */
export interface ClassShare {
  readonly name: string;
  readonly pixels: number;
  /** Of all pixels, 0 to 1. */
  readonly share: number;
}

/** The share of each class, in the order of the names. */
export function classShares(labels: LabelMap, names: readonly string[]): ClassShare[] {
  const counts = labelHistogram(labels);
  return names.map((name, label) => {
    const pixels = counts[label] ?? 0;
    return { name, pixels, share: pixels / labels.data.length };
  });
}
