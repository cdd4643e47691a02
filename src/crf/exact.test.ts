import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors.ts";
import { exactFilter, exactMeanField, type Normalization } from "./index.ts";

describe("exactFilter", () => {
  it("sums what a reader can sum", () => {
    // Two points one standard deviation apart: e^(-1/2) of the other's value.
    const sums = exactFilter(Float32Array.of(0, 1), 1, [2, 10, 1, 0]);
    const near = Math.exp(-0.5);
    [2 + 10 * near, 10 + 2 * near, 1, near].forEach((value, i) => {
      expect(sums[i]).toBeCloseTo(value, 12);
    });
    expect(() => exactFilter(Float32Array.of(0, 1, 2), 2, [1])).toThrow(ShapeError);
  });
});

describe("exactMeanField", () => {
  // Two pixels side by side, labels 0 and 1 by their evidence; K = [[1, k], [k, 1]] with k = e^(-1/2), n = 1 + k.
  const unary = { classes: 2, height: 1, width: 2, data: Float32Array.of(0, 1, 1, 0) };
  const image = { height: 1, width: 2, data: new Uint8Array(6) };
  const near = Math.exp(-0.5);
  const own = 1 / (1 + Math.exp(-1));

  it.each<[Normalization, number]>([
    ["none", 1],
    ["before", 1 + near],
    ["after", 1 + near],
    ["symmetric", 1 + near],
  ])("does one update by hand: %s", (normalization, divisor) => {
    const smoothness = { spatialStd: 1, weight: 2 };
    const marginals = exactMeanField(unary, image, { smoothness, normalization, iterations: 1 });
    const pull = (2 * (own + near * (1 - own) - (1 - own) - near * own)) / divisor;
    expect(marginals[0]).toBeCloseTo(1 / (1 + Math.exp(-1 - pull)), 10);
    expect(marginals[1]).toBeCloseTo(1 - (marginals[0] ?? 0), 10);
  });

  it("takes a matrix: Potts as 1 off the diagonal is Potts", () => {
    const smoothness = { spatialStd: 1, weight: 2 };
    const options = { smoothness, normalization: "after", iterations: 4 } as const;
    const potts = exactMeanField(unary, image, options);
    const matrix = exactMeanField(unary, image, { ...options, compatibility: Float32Array.of(0, 1, 1, 0) });
    potts.forEach((value, i) => {
      expect(matrix[i]).toBeCloseTo(value, 10);
    });
  });
});
