import { describe, expect, it } from "vitest";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { evaluationJson, formatScores } from "./report.ts";
import { scoresOf } from "./scores.ts";

const NAMES = ["background", "cat", "cow"];
const matrix = ConfusionMatrix.fromRows([
  [12000, 400, 0],
  [600, 1000, 0],
  [0, 0, 0],
]);

describe("formatScores", () => {
  it("names the absent classes and how many were averaged", () => {
    expect(formatScores(scoresOf(matrix, NAMES))).toBe(
      [
        "class        IoU %  accuracy %  pixels",
        "--------------------------------------",
        "background   92.31       96.77  12,400",
        "cat          50.00       62.50   1,600",
        "cow         absent         n/a       0",
        "--------------------------------------",
        "mean IoU 71.15 % over 2 of 3 classes; absent, left out: cow",
        "pixel accuracy 92.86 %, mean accuracy 79.64 %, frequency-weighted IoU 87.47 %",
      ].join("\n"),
    );
  });
});

describe("evaluationJson", () => {
  it("holds the counts from which anyone can compute it again", () => {
    const json = JSON.parse(JSON.stringify(evaluationJson(matrix, NAMES)));
    expect(json.classes[2]).toEqual({ name: "cow", iou: null, pixels: 0, absent: true });
    expect(json.classes[1]).toEqual({ name: "cat", iou: 0.5, pixels: 1600, absent: false });
    expect(json.confusion).toEqual([
      [12000, 400, 0],
      [600, 1000, 0],
      [0, 0, 0],
    ]);
    expect(json.meanIoU).toBeCloseTo((12 / 13 + 0.5) / 2, 12);
    expect(evaluationJson(ConfusionMatrix.fromRows(json.confusion), NAMES)).toEqual(json);
  });
});
