import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resizeScores } from "../image/index.ts";
import { labelMap } from "../labels/index.ts";
import { argmax } from "../tensor/index.ts";
import { classShares, labelsAt } from "./labels-at.ts";

describe("labelsAt", () => {
  it("is the argmax of the enlarged scores", () => {
    const side = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.integer()),
        (h, w, height, width, classes, values) => {
          const data = Float32Array.from({ length: classes * h * w }, () => values.next().value as number);
          const whole = resizeScores(data, [classes, h, w], { height, width });
          const expected = argmax(whole, [classes, height, width]);
          expect(labelsAt({ classes, height: h, width: w, data }, { height, width }).data).toEqual(expected);
        },
      ),
    );
  });

  it("draws the border of two halves in the middle", () => {
    const scores = { classes: 2, height: 1, width: 2, data: Float32Array.of(1, 0, 0, 1) };
    expect([...labelsAt(scores, { height: 2, width: 4 }).data]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  });
});

it("classShares counts every class, also those that are not there", () => {
  expect(classShares(labelMap(Uint8Array.of(0, 2, 2, 0), 2, 2), ["background", "cat", "dog"])).toEqual([
    { name: "background", pixels: 2, share: 0.5 },
    { name: "cat", pixels: 0, share: 0 },
    { name: "dog", pixels: 2, share: 0.5 },
  ]);
});
