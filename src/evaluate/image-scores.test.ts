import { expect, it } from "vitest";
import { Evaluation } from "./evaluation.ts";
import { imageScores, worstFirst } from "./image-scores.ts";

const evaluation = new Evaluation(["background", "cat", "cow"], { boundaryTolerance: 0.1 });
evaluation.addRecord({
  id: "good",
  counts: [
    [0, 0, 90],
    [1, 1, 10],
  ],
  boundaryF1: [1, 0.5, null],
});
evaluation.addRecord({ id: "void", counts: [], boundaryF1: [null, null, null] });
evaluation.addRecord({
  id: "bad",
  counts: [
    [0, 0, 90],
    [0, 2, 10],
  ],
  boundaryF1: [0, null, 0],
});
evaluation.addRecord({
  id: "also bad",
  counts: [
    [0, 0, 90],
    [0, 2, 10],
  ],
  boundaryF1: [0, null, 0],
});

it("scores every image over the classes that it has, and puts the worst first", () => {
  const scores = imageScores(evaluation);
  expect(scores.map(({ id }) => id)).toEqual(["good", "void", "bad", "also bad"]);
  expect(scores[0]).toEqual({
    id: "good",
    meanIoU: 1,
    pixelAccuracy: 1,
    boundaryF1: 0.75,
    iou: { background: 1, cat: 1 },
  });
  expect(scores[1]).toEqual({ id: "void", meanIoU: null, pixelAccuracy: null, boundaryF1: null, iou: {} });
  expect(scores[2]).toMatchObject({ meanIoU: 0.45, pixelAccuracy: 0.9, iou: { background: 0.9, cow: 0 } });
  expect(worstFirst(scores).map(({ id }) => id)).toEqual(["also bad", "bad", "good"]);
});

it("has no boundary score where none was asked for", () => {
  const plain = new Evaluation(["background"]);
  plain.addRecord({ id: "a", counts: [[0, 0, 1]], boundaryF1: undefined });
  expect(imageScores(plain)).toEqual([{ id: "a", meanIoU: 1, pixelAccuracy: 1, iou: { background: 1 } }]);
});
