import { expect, test } from "vitest";
import { OptionError } from "../errors.ts";
import { averageRecall, boxIou, objectOverlaps, proposalsForRecall, recallAt } from "./index.ts";

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

test("IoU by hand", () => {
  expect(boxIou(box(0, 0, 4, 4), box(0, 0, 4, 4))).toBe(1);
  expect(boxIou(box(0, 0, 4, 4), box(2, 0, 4, 4))).toBeCloseTo(8 / 24, 12);
  expect(boxIou(box(0, 0, 4, 4), box(4, 0, 4, 4))).toBe(0);
});

// Objects: the first is found with IoU 0.5 by the first proposal, fully by the third; the second only with IoU 0.8; the
// third, on another photo, not at all.
const photos = [
  {
    proposals: [box(0, 0, 10, 5), box(20, 0, 8, 10), box(0, 0, 10, 10)],
    objects: [box(0, 0, 10, 10), box(20, 0, 10, 10)],
  },
  { proposals: [box(50, 50, 5, 5)], objects: [box(0, 0, 10, 10)] },
];
const objects = objectOverlaps(photos);

test("recall grows with the number of proposals and falls with the IoU", () => {
  expect([1, 2, 3, 2000].map((count) => recallAt(objects, 0.5, count))).toEqual([1 / 3, 2 / 3, 2 / 3, 2 / 3]);
  expect([0.5, 0.8, 0.9, 1].map((iou) => recallAt(objects, iou, 3))).toEqual([2 / 3, 2 / 3, 1 / 3, 1 / 3]);
});

test("average recall is twice the mean overlap above 0.5", () => {
  expect(averageRecall(objects, 3)).toBeCloseTo((2 * (0.5 + 0.3)) / 3, 6);
  expect(averageRecall(objects, 1)).toBe(0);
});

test("average recall is the mean of recall over IoU thresholds", () => {
  let sum = 0;
  for (let i = 0; i < 1000; i++) sum += recallAt(objects, 0.5 + (i + 0.5) / 2000, 3) / 1000;
  expect(averageRecall(objects, 3)).toBeCloseTo(sum, 2);
});

test("the number of proposals for a recall, if it is reached", () => {
  expect(proposalsForRecall(objects, 0.7, 1 / 3)).toBe(2);
  expect(proposalsForRecall(objects, 0.7, 2 / 3)).toBe(3);
  expect(proposalsForRecall(objects, 0.7, 0.75)).toBeUndefined();
});

test("an overlap of exactly the threshold counts, whatever the threshold", () => {
  for (let percent = 1; percent <= 100; percent++) {
    const found = objectOverlaps([{ proposals: [box(0, 0, percent, 1)], objects: [box(0, 0, 100, 1)] }]);
    expect(recallAt(found, percent / 100, 1)).toBe(1);
  }
});

test("a recall that is reached exactly is reached, whatever the number of objects", () => {
  // 100 objects, of which the nth is found by the nth proposal.
  const hundred = Array.from({ length: 100 }, (_, i) => ({
    bestIou: Float64Array.from({ length: 100 }, (_n, k) => +(k >= i)),
  }));
  for (let n = 1; n <= 100; n++) expect(proposalsForRecall(hundred, 0.5, n / 100)).toBe(n);
});

test("no objects give 0; thresholds are checked", () => {
  expect(recallAt([], 0.5, 10)).toBe(0);
  expect(averageRecall([], 10)).toBe(0);
  expect(() => recallAt(objects, 0, 10)).toThrow(OptionError);
  expect(() => proposalsForRecall(objects, 0.5, 2)).toThrow(OptionError);
});
