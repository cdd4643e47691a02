import { expect, it } from "vitest";
import { flipScores, meanScores } from "./mean-scores.ts";
import type { ScoreMap } from "./tiles.ts";

const map = (values: readonly number[], height: number, width: number): ScoreMap => ({
  classes: values.length / (height * width),
  height,
  width,
  data: Float32Array.from(values),
});

it("takes the mean of score maps of one size", () => {
  const maps = [map([1, 2, 3, 4, 5, 6, 7, 8], 2, 2), map([3, 2, 1, 0, -1, -2, -3, -4], 2, 2)];
  expect(meanScores(maps, { height: 2, width: 2 })).toEqual(map([2, 2, 2, 2, 2, 2, 2, 2], 2, 2));
});

it("enlarges smaller maps before", () => {
  const maps = [map([0, 0, 0, 0, 8, 8, 8, 8], 1, 4), map([2, 6, 0, 4], 1, 2)];
  // Linear, half-pixel centres: 2 2+1 6-1 6 and 0 1 3 4.
  expect(meanScores(maps, { height: 1, width: 4 })).toEqual(map([1, 1.5, 2.5, 3, 4, 4.5, 5.5, 6], 1, 4));
});

it("mirrors each row of each class", () => {
  const scores = map([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 2, 3);
  expect(flipScores(scores)).toEqual(map([3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10], 2, 3));
  expect(scores.data[0]).toBe(1);
});
