import { describe, expect, it } from "vitest";
import { OptionError, ShapeError } from "../errors.ts";
import { labelMap } from "../labels/index.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";

const truth = labelMap(Uint8Array.of(0, 1, 1, 255, 2, 0), 2, 3);
const prediction = labelMap(Uint8Array.of(0, 1, 0, 2, 2, 2), 2, 3);

describe("ConfusionMatrix", () => {
  it("counts [truth][predicted] and leaves void out", () => {
    const matrix = new ConfusionMatrix(3);
    matrix.accumulate(truth, prediction);
    expect(matrix.toRows()).toEqual([
      [1, 0, 1],
      [1, 1, 0],
      [0, 0, 1],
    ]);
    expect(matrix.pixels).toBe(5);
    expect(matrix.at(1, 0)).toBe(1);
  });

  it("merges parts and comes back from its rows", () => {
    const [whole, part] = [new ConfusionMatrix(3), new ConfusionMatrix(3)];
    whole.accumulate(truth, prediction);
    part.accumulate(truth, prediction);
    part.merge(ConfusionMatrix.fromRows(whole.toRows()));
    whole.accumulate(truth, prediction);
    expect(part.counts).toEqual(whole.counts);
  });

  it("counts beyond 2^32 exactly", () => {
    const big = ConfusionMatrix.fromRows([[2 ** 52]]);
    big.accumulate(labelMap(Uint8Array.of(0), 1, 1), labelMap(Uint8Array.of(0), 1, 1));
    expect(big.at(0, 0)).toBe(2 ** 52 + 1);
  });

  it("refuses sizes that differ, with both", () => {
    const turned = labelMap(prediction.data, 3, 2);
    expect(() => new ConfusionMatrix(3).accumulate(truth, turned)).toThrow(ShapeError);
    expect(() => new ConfusionMatrix(3).accumulate(truth, turned, "cat.png")).toThrow(/cat\.png.*2x3.*3x2/);
  });

  it("refuses values outside classes and void, says where, and counts nothing", () => {
    const matrix = new ConfusionMatrix(2);
    expect(() => matrix.accumulate(truth, prediction, "a.png")).toThrow(OptionError);
    expect(() => matrix.accumulate(truth, prediction, "a.png")).toThrow(
      /0 to 1 and void 255 in the truth of a\.png, got 2 at \(1, 1\)/,
    );
    expect(() => new ConfusionMatrix(3).accumulate(prediction, truth)).toThrow(
      /0 to 2 in the prediction of image, got 255 at \(0, 1\)/,
    );
    expect(matrix.pixels).toBe(0);
  });

  it("refuses matrices and numbers that do not fit", () => {
    expect(() => new ConfusionMatrix(0)).toThrow(OptionError);
    expect(() => new ConfusionMatrix(256)).toThrow(/1 to 255 classes, got 256/);
    expect(() => new ConfusionMatrix(2).merge(new ConfusionMatrix(3))).toThrow(/expected 2 classes, got 3/);
    expect(() => ConfusionMatrix.fromRows([[1, 2], [3]])).toThrow(/expected 2 counts of 0 or more in row 1, got \[3\]/);
    expect(() => ConfusionMatrix.fromRows([[-1]])).toThrow(ShapeError);
    expect(() => new ConfusionMatrix(2).at(2, 0)).toThrow(/classes 0 to 1, got 2 and 0/);
  });
});
