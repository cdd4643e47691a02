/** Slow twin of the evaluation: sets of pixels, one class at a time, straight from the definition. */
import { type LabelMap, VOID } from "../../src/labels/index.ts";

/** IoU of each class over all pairs of label maps; `null` where the union is empty. */
export function slowIoU(
  pairs: readonly { readonly truth: LabelMap; readonly prediction: LabelMap }[],
  classes: number,
): (number | null)[] {
  return Array.from({ length: classes }, (_, c) => {
    const inTruth = new Set<string>();
    const inPrediction = new Set<string>();
    pairs.forEach(({ truth, prediction }, image) => {
      truth.data.forEach((label, pixel) => {
        if (label === VOID) return;
        if (label === c) inTruth.add(`${image}/${pixel}`);
        if (prediction.data[pixel] === c) inPrediction.add(`${image}/${pixel}`);
      });
    });
    const union = new Set([...inTruth, ...inPrediction]).size;
    const intersection = [...inTruth].filter((pixel) => inPrediction.has(pixel)).length;
    return union === 0 ? null : intersection / union;
  });
}
