import { describe, expect, it } from "vitest";
import { boundaryScores } from "./boundary-scores.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { Evaluation } from "./evaluation.ts";
import { evaluationFile, evaluationJson, formatEvaluation, formatScores } from "./report.ts";
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

it("aligns names of wide characters, and prints none that a terminal would obey", () => {
  const lines = formatScores(scoresOf(matrix, ["背景", "\u001b[31mcat", "cow"])).split("\n");
  expect(lines[2]).toBe("背景            92.31       96.77  12,400");
  expect(lines[3]).toBe("\\u001b[31mcat   50.00       62.50   1,600");
});

describe("with boundaries", () => {
  const evaluation = new Evaluation(NAMES, { boundaryTolerance: 0.2 });
  const record = (id: string, boundaryF1: readonly (number | null)[]) => ({ id, counts: [], boundaryF1 });
  evaluation.addRecord(record("a", [1, 0.5, null]));
  evaluation.addRecord(record("b", [0.5, null, null]));

  it("averages over images, over classes, and over images' means", () => {
    expect(boundaryScores(evaluation)).toEqual({
      tolerance: 0.2,
      mean: (0.75 + 0.5) / 2,
      imageMean: (0.75 + 0.5) / 2,
      classes: [
        { name: "background", f1: 0.75, images: 2 },
        { name: "cat", f1: 0.5, images: 1 },
        { name: "cow", f1: null, images: 0 },
      ],
    });
    evaluation.addRecord(record("c", [1, null, null]));
    expect(boundaryScores(evaluation)?.mean).toBeCloseTo((5 / 6 + 0.5) / 2, 12);
    expect(boundaryScores(evaluation)?.imageMean).toBeCloseTo((0.75 + 0.5 + 1) / 3, 12);
    expect(boundaryScores(new Evaluation(NAMES))).toBeUndefined();
    expect(boundaryScores(new Evaluation(NAMES, { boundaryTolerance: 1 }))).toMatchObject({
      mean: null,
      imageMean: null,
    });
  });

  it("has a column and a line in the table, and is in the JSON", () => {
    const text = formatScores(scoresOf(matrix, NAMES), boundaryScores(evaluation)).split("\n");
    expect(text[0]).toBe("class        IoU %  accuracy %  boundary F1 %  pixels");
    expect(text[3]).toBe("cat          50.00       62.50          50.00   1,600");
    expect(text[4]).toBe("cow         absent         n/a            n/a       0");
    expect(text.at(-1)).toBe(
      "boundary F1 66.67 % over 2 classes, 75.00 % over images (tolerance 20 % of the diagonal)",
    );
    expect(evaluationFile(evaluation)).toMatchObject({ meanIoU: null, boundaryF1: boundaryScores(evaluation) });
    expect(evaluationFile(new Evaluation(NAMES))).not.toHaveProperty("boundaryF1");
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

describe("formatEvaluation", () => {
  const evaluation = new Evaluation(["background", "cat"]);
  evaluation.addRecord({
    id: "a",
    counts: [
      [0, 0, 50],
      [1, 1, 50],
    ],
    boundaryF1: undefined,
  });

  it("says neither an interval nor the worst of a single image", () => {
    expect(formatEvaluation(evaluation)).toBe(formatScores(scoresOf(evaluation.matrix, ["background", "cat"])));
  });

  it("says how sure the mean is, and names the worst images", () => {
    for (let i = 0; i < 6; i++) {
      evaluation.addRecord({
        id: `b${i}`,
        counts: [
          [0, 0, 50],
          [1, 0, 10 + i],
          [1, 1, 40 - i],
        ],
        boundaryF1: undefined,
      });
    }
    evaluation.addRecord({ id: "void", counts: [], boundaryF1: undefined });
    const [interval, worst] = formatEvaluation(evaluation).split("\n").slice(-2);
    expect(interval).toMatch(
      /^mean IoU \d\d\.\d\d to \d\d\.\d\d % with 95 % confidence \(1000 bootstrap samples of 7 images\)$/,
    );
    expect(worst).toMatch(/^worst images: b5 73\.46 %, b4 .* %, b3 .* %, b2 .* %, b1 .* %$/);
    expect(evaluationFile(evaluation).meanIoUInterval).toMatchObject({ level: 0.95, resamples: 1000, seed: 1 });
  });

  it("says n/a and names no image where all of the truth is void", () => {
    const empty = new Evaluation(["background", "cat"], { boundaryTolerance: 0.0075 });
    for (const id of ["a", "b"]) empty.addRecord({ id, counts: [], boundaryF1: [null, null] });
    expect(formatEvaluation(empty).split("\n").slice(-3)).toEqual([
      "mean IoU n/a over 0 of 2 classes; absent, left out: background, cat",
      "pixel accuracy n/a, mean accuracy n/a, frequency-weighted IoU n/a",
      "boundary F1 n/a over 0 classes, n/a over images (tolerance 0.75 % of the diagonal)",
    ]);
  });
});
