import { describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../errors.ts";
import { Evaluation } from "./evaluation.ts";
import { jsonText } from "./json-text.ts";
import { mergeEvaluations, readEvaluation } from "./read-evaluation.ts";
import { evaluationFile } from "./report.ts";

const NAMES = ["background", "cat"];

function part(first: number, count: number, boundaryTolerance?: number, names = NAMES): Evaluation {
  const evaluation = new Evaluation(names, { boundaryTolerance });
  for (let i = first; i < first + count; i++) {
    const boundaryF1 = boundaryTolerance === undefined ? undefined : [0.5 / i, i % 2 === 0 ? null : 1];
    evaluation.addRecord({
      id: `${i}`,
      counts: [
        [0, 0, 3 * i],
        [1, 0, i],
        [1, 1, 2 * i],
      ],
      boundaryF1,
    });
  }
  return evaluation;
}
const text = (evaluation: Evaluation): string => jsonText(evaluationFile(evaluation));
const read = (value: unknown): Promise<Evaluation> =>
  readEvaluation(typeof value === "string" ? value : JSON.stringify(value), "a.json");

describe("readEvaluation", () => {
  it("gives back what was written", async () => {
    for (const evaluation of [part(1, 3), part(1, 3, 0.0075)]) {
      expect(evaluationFile(await read(text(evaluation)))).toEqual(evaluationFile(evaluation));
    }
  });

  it.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /a\.json: expected the JSON of an evaluation, got .*JSON/],
    ["something else", [], /got the file: /],
    ["no images", { classes: [{ name: "a" }] }, /got images: /],
    [
      "counts below 0",
      { classes: [{ name: "a" }], images: [{ id: "x", counts: [[0, 0, -1]] }] },
      /got images\.0\.counts/,
    ],
    [
      "no count",
      { classes: [{ name: "a" }], images: [{ id: "x", counts: [[0, 0, 0]] }] },
      /got images\.0\.counts\.0\.2: /,
    ],
    [
      "an image twice",
      { classes: [{ name: "a" }], images: [1, 2].map(() => ({ id: "\u001bx", counts: [] })) },
      /a\.json: expected .* got image "\\u001bx": it is there twice\. Write/,
    ],
    [
      "classes outside",
      { classes: [{ name: "a" }], images: [{ id: "x", counts: [[0, 1, 5]] }] },
      /got image "x": expected classes 0 to 0, got 0 and 1\. Write it with/,
    ],
    [
      "boundary scores without a tolerance",
      { classes: [{ name: "a" }], images: [{ id: "x", counts: [], boundaryF1: [1] }] },
      /image "x": expected no boundary scores, got 1/,
    ],
    [
      "missing boundary scores",
      { classes: [{ name: "a" }], boundaryF1: { tolerance: 0.1 }, images: [{ id: "x", counts: [] }] },
      /image "x": expected 1 boundary scores, got none/,
    ],
  ])("refuses %s", async (_, value, message) => {
    await expect(read(value)).rejects.toThrow(FormatError);
    await expect(read(value)).rejects.toThrow(message);
  });
});

describe("mergeEvaluations", () => {
  it("is the evaluation of all images", () => {
    const merged = mergeEvaluations([part(1, 3, 0.1), part(4, 5, 0.1)], ["a", "b"]);
    expect(evaluationFile(merged)).toEqual(evaluationFile(part(1, 8, 0.1)));
  });

  it("gives the same scores in any order of the parts", () => {
    const parts = [part(1, 3, 0.1), part(4, 5, 0.1), part(9, 1, 0.1)];
    const scores = (order: readonly Evaluation[]) => ({ ...evaluationFile(mergeEvaluations(order, [])), images: [] });
    expect(scores(parts.toReversed())).toEqual(scores(parts));
  });

  it("refuses parts that do not fit, and images that would count twice", () => {
    const merge = (other: Evaluation) => () => mergeEvaluations([part(1, 3), other], ["a.json", "b.json"]);
    expect(merge(part(4, 1, 0.1))).toThrow(OptionError);
    expect(merge(part(4, 1, 0.1))).toThrow(/b\.json: expected the boundary tolerance .* \(none\), got 0\.1/);
    expect(merge(part(4, 1, undefined, ["background", "dog"]))).toThrow(
      /b\.json: expected the classes of the first part \(background, cat\), got background, dog\. Evaluate/,
    );
    expect(merge(part(4, 1, undefined, ["background, cat"]))).toThrow(/b\.json: expected the classes/);
    expect(merge(part(2, 3))).toThrow(
      /b\.json: expected images that no other part has, got 2 of 3 a second time, first "2" of a\.json\./,
    );
    expect(() => mergeEvaluations([], [])).toThrow(/at least 1 evaluation, got 0/);
  });
});
