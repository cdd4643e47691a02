import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { BOOTSTRAP_DEFAULTS, bootstrapMeanIoU } from "./bootstrap.ts";
import { Evaluation } from "./evaluation.ts";
import { scoresOf } from "./scores.ts";

/** Two classes; in image number `i` the share `right(i)` of 100 px of each class is right. */
function evaluationOf(images: number, right: (i: number) => number): Evaluation {
  const evaluation = new Evaluation(["background", "cat"]);
  for (let i = 0; i < images; i++) {
    const found = Math.round(100 * right(i));
    const counts = (
      [
        [0, 0, found],
        [0, 1, 100 - found],
        [1, 0, 100 - found],
        [1, 1, found],
      ] as const
    ).filter(([, , pixels]) => pixels > 0);
    evaluation.addRecord({ id: `${i}`, counts, boundaryF1: undefined });
  }
  return evaluation;
}

/** As even as golden ratio steps are. */
const even = (i: number): number => (i * 0.618) % 1;
const width = (evaluation: Evaluation): number => {
  const interval = bootstrapMeanIoU(evaluation);
  return (interval?.high ?? Number.NaN) - (interval?.low ?? Number.NaN);
};

describe("bootstrapMeanIoU", () => {
  it("lies around the mean IoU, the same for the same seed", () => {
    const evaluation = evaluationOf(60, even);
    const interval = bootstrapMeanIoU(evaluation);
    const mean = scoresOf(evaluation.matrix, evaluation.classNames).meanIoU ?? Number.NaN;
    expect(interval).toMatchObject(BOOTSTRAP_DEFAULTS);
    expect(interval?.low).toBeLessThan(mean);
    expect(interval?.high).toBeGreaterThan(mean);
    expect(bootstrapMeanIoU(evaluation)).toEqual(interval);
    expect(bootstrapMeanIoU(evaluation, { seed: 2 })?.low).not.toBe(interval?.low);
  });

  it("is as wide as the spread of the images says, and half as wide for four times as many", () => {
    // IoU of both classes is p / (2 - p) for a share p that is right; here p has mean 1/2 and standard deviation
    // sqrt(1/12), so that the mean over n images has sqrt(1/12/n), and the slope of the IoU at 1/2 is 2 / 1.5^2.
    const expected = (n: number): number => 2 * 1.96 * (2 / 1.5 ** 2) * Math.sqrt(1 / 12 / n);
    expect(width(evaluationOf(100, even)) / expected(100)).toBeCloseTo(1, 0.7);
    expect(width(evaluationOf(400, even)) / expected(400)).toBeCloseTo(1, 0.7);
    expect(width(evaluationOf(100, even)) / width(evaluationOf(400, even))).toBeCloseTo(2, 0.5);
  });

  it("is a point where all images are alike, and there is none for a single image", () => {
    const alike = bootstrapMeanIoU(evaluationOf(5, () => 0.5));
    expect([alike?.low, alike?.high]).toEqual([50 / 150, 50 / 150]);
    expect(bootstrapMeanIoU(evaluationOf(1, even))).toBeUndefined();
    const withVoid = evaluationOf(1, even);
    withVoid.addRecord({ id: "void", counts: [], boundaryF1: undefined });
    expect(bootstrapMeanIoU(withVoid)).toBeUndefined();
  });

  it("is wider for a higher level", () => {
    const evaluation = evaluationOf(20, even);
    const [inner, outer] = [0.5, 0.99].map((level) => bootstrapMeanIoU(evaluation, { level }));
    expect(outer?.low).toBeLessThan(inner?.low ?? 0);
    expect(outer?.high).toBeGreaterThan(inner?.high ?? 1);
  });

  it("refuses numbers out of range", () => {
    const evaluation = evaluationOf(2, even);
    expect(() => bootstrapMeanIoU(evaluation, { level: 1 })).toThrow(OptionError);
    expect(() => bootstrapMeanIoU(evaluation, { level: Number.NaN })).toThrow(/between 0 and 1, got NaN/);
    expect(() => bootstrapMeanIoU(evaluation, { resamples: 0 })).toThrow(/resamples, at least 1, got 0/);
  });
});
