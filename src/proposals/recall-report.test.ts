import { expect, test } from "vitest";
import { describeRecall, objectOverlaps, recallReport } from "./index.ts";

const box = (width: number) => ({ x: 0, y: 0, width, height: 10 });

// The objects are found with IoU 0.6 by the first and 0.8 by the third proposal; the last one with 1 by the second.
const objects = objectOverlaps([
  { proposals: [box(6), box(5), box(8)], objects: [box(10)] },
  { proposals: [box(1), box(20)], objects: [box(20)] },
]);

test("recall over IoU and over the number of proposals", () => {
  const report = recallReport(objects, 3);
  expect(report.recall).toEqual([
    { iou: 0.5, recall: 1 },
    { iou: 0.7, recall: 1 },
    { iou: 0.9, recall: 0.5 },
  ]);
  expect(report.averageRecall).toBeCloseTo(2 * 0.5 * (0.3 + 0.5), 6);
  expect(report.proposalsFor75).toBe(3);
  expect(report.overCount.map(({ count, recall }) => [count, ...recall])).toEqual([
    [1, 0.5, 0, 0],
    [2, 1, 0.5, 0.5],
    [3, 1, 1, 0.5],
  ]);
  expect(report.overIou.filter(({ recall }) => recall === 1).at(-1)?.iou).toBe(0.8);
});

test("as text", () => {
  const lines = describeRecall(recallReport(objects, 3)).split("\n");
  expect(lines[0]).toBe("   boxes IoU 0.5 IoU 0.7 IoU 0.9 average");
  expect(lines[2]).toBe("       2   1.000   0.500   0.500   0.600");
  expect(lines.at(-1)).toBe("2 objects; 75 % of the objects at IoU 0.7 need 3 boxes a photo");
  expect(describeRecall(recallReport(objects, 2))).toContain("need 3 boxes");
  expect(describeRecall(recallReport(objectOverlaps([{ proposals: [], objects: [box(1)] }]), 2))).toContain(
    "not reached",
  );
});
