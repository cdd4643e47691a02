import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slowIoU } from "../../test/reference/iou.ts";
import { ShapeError } from "../errors.ts";
import { type LabelMap, labelMap, VOID } from "../labels/index.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { type Scores, scoresOf } from "./scores.ts";

const CLASSES = 4;
const NAMES = ["background", "cat", "cow", "dog"];

interface Pair {
  readonly truth: LabelMap;
  readonly prediction: LabelMap;
}

const pair: fc.Arbitrary<Pair> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([height, width]) => {
    const n = height * width;
    const bytes = (values: fc.Arbitrary<number>) =>
      fc.array(values, { minLength: n, maxLength: n }).map((a) => labelMap(Uint8Array.from(a), height, width));
    return fc.record({
      truth: bytes(fc.constantFrom(0, 1, 2, VOID)),
      prediction: bytes(fc.integer({ min: 0, max: CLASSES - 1 })),
    });
  });

function score(pairs: readonly Pair[]): Scores {
  const matrix = new ConfusionMatrix(CLASSES);
  for (const { truth, prediction } of pairs) matrix.accumulate(truth, prediction);
  return scoresOf(matrix, NAMES);
}

describe("scoresOf", () => {
  it("by hand: two classes seen, one only predicted, one absent", () => {
    const scores = scoresOf(
      ConfusionMatrix.fromRows([
        [6, 2, 1, 0],
        [1, 3, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ]),
      NAMES,
    );
    expect(scores.classes.map((c) => c.iou)).toEqual([6 / 10, 3 / 6, 0, null]);
    expect(scores.classes.map((c) => c.accuracy)).toEqual([6 / 9, 3 / 4, null, null]);
    expect(scores.classes.map((c) => c.pixels)).toEqual([9, 4, 0, 0]);
    expect(scores.classes.map((c) => c.absent)).toEqual([false, false, false, true]);
    expect(scores.meanIoU).toBeCloseTo((0.6 + 0.5 + 0) / 3, 12);
    expect(scores.pixelAccuracy).toBeCloseTo(9 / 13, 12);
    expect(scores.meanAccuracy).toBeCloseTo((6 / 9 + 3 / 4) / 2, 12);
    expect(scores.frequencyWeightedIoU).toBeCloseTo((9 * 0.6 + 4 * 0.5) / 13, 12);
  });

  it("has no means where nothing was counted", () => {
    const { meanIoU, pixelAccuracy, meanAccuracy, frequencyWeightedIoU } = scoresOf(new ConfusionMatrix(4), NAMES);
    expect([meanIoU, pixelAccuracy, meanAccuracy, frequencyWeightedIoU]).toEqual([null, null, null, null]);
  });

  it("equals the slow twin", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 4 }), (pairs) => {
        expect(score(pairs).classes.map((c) => c.iou)).toEqual(slowIoU(pairs, CLASSES));
      }),
    );
  });

  it("does not change when predictions under void change or images are reordered", () => {
    fc.assert(
      fc.property(
        fc.array(pair, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: CLASSES - 1 }),
        (pairs, label) => {
          const changed = pairs.toReversed().map(({ truth, prediction }) => ({
            truth,
            prediction: labelMap(
              prediction.data.map((p, i) => (truth.data[i] === VOID ? label : p)),
              truth.height,
              truth.width,
            ),
          }));
          expect(score(changed)).toEqual(score(pairs));
        },
      ),
    );
  });

  it("is 1 for a perfect prediction of what occurs", () => {
    const truth = labelMap(Uint8Array.of(0, 2, 2, VOID), 2, 2);
    const scores = score([{ truth, prediction: labelMap(Uint8Array.of(0, 2, 2, 3), 2, 2) }]);
    expect(scores).toMatchObject({ meanIoU: 1, pixelAccuracy: 1, meanAccuracy: 1, frequencyWeightedIoU: 1 });
  });

  it("wants a name for each class", () => {
    expect(() => scoresOf(new ConfusionMatrix(2), NAMES)).toThrow(ShapeError);
    expect(() => scoresOf(new ConfusionMatrix(2), NAMES)).toThrow(/expected 2 class names, got 4/);
  });
});
