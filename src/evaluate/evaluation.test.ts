import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { labelMap } from "../labels/index.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { Evaluation, matrixOf } from "./evaluation.ts";

const NAMES = ["background", "cat"];
const truth = labelMap(Uint8Array.of(0, 1, 1, 255, 0, 0), 2, 3);
const prediction = labelMap(Uint8Array.of(0, 1, 0, 1, 0, 0), 2, 3);

describe("Evaluation", () => {
  it("keeps what each image adds, and their sum", () => {
    const evaluation = new Evaluation(NAMES, { boundaryTolerance: 1 });
    const record = evaluation.add("a", truth, prediction);
    expect(record).toEqual({
      id: "a",
      counts: [
        [0, 0, 3],
        [1, 0, 1],
        [1, 1, 1],
      ],
      boundaryF1: [1, 1],
    });
    evaluation.addRecord({ ...record, id: "b" });
    expect(evaluation.images.map(({ id }) => id)).toEqual(["a", "b"]);
    const twice = new ConfusionMatrix(2);
    for (let i = 0; i < 2; i++) twice.accumulate(truth, prediction);
    expect(evaluation.matrix.counts).toEqual(twice.counts);
    expect(matrixOf(record, 2).toRows()).toEqual([
      [3, 0],
      [1, 1],
    ]);
  });

  it("scores boundaries only where it is asked to", () => {
    expect(new Evaluation(NAMES).add("a", truth, prediction).boundaryF1).toBeUndefined();
  });

  it("refuses an image that is there already, and counts nothing of it", () => {
    const evaluation = new Evaluation(NAMES);
    evaluation.add("a", truth, prediction);
    expect(() => evaluation.add("a", truth, prediction)).toThrow(OptionError);
    expect(() => evaluation.add("a", truth, prediction)).toThrow(/every image once, got "a" a second time/);
    expect(evaluation.matrix.pixels).toBe(5);
    expect(evaluation.images.length).toBe(1);
  });
});
