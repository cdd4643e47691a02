import { describe, expect, it } from "vitest";
import { OptionError, ShapeError } from "../errors.ts";
import { unaryFromLabels, unaryFromProbabilities, unaryFromScores } from "./index.ts";

function expectClose(received: Float32Array, expected: readonly number[]): void {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
  });
}

describe("unaryFromProbabilities", () => {
  it("is -log p, with a floor under p", () => {
    const { data, classes, height, width } = unaryFromProbabilities(Float32Array.of(0.25, 0, 0.75, 1), [2, 1, 2]);
    expect([classes, height, width]).toEqual([2, 1, 2]);
    expectClose(data, [-Math.log(0.25), -Math.log(1e-5), -Math.log(0.75), 0]);
    expectClose(unaryFromProbabilities(Float32Array.of(0, 1), [2, 1, 1], { floor: 0.1 }).data, [-Math.log(0.1), 0]);
  });

  it("mixes with the uniform distribution", () => {
    const { data } = unaryFromProbabilities(Float32Array.of(1, 0), [2, 1, 1], { confidence: 0.6 });
    expectClose(data, [-Math.log(0.8), -Math.log(0.2)]);
  });

  it("refuses scores, and other sizes", () => {
    expect(() => unaryFromProbabilities(Float32Array.of(0.5, 7), [2, 1, 1])).toThrow(/got 7 at element 1/);
    expect(() => unaryFromProbabilities(Float32Array.of(0.5, Number.NaN), [2, 1, 1])).toThrow(OptionError);
    expect(() => unaryFromProbabilities(new Float32Array(5), [2, 1, 2])).toThrow(ShapeError);
    expect(() => unaryFromProbabilities(new Float32Array(2), [2, 1, 1], { floor: 0 })).toThrow(/floor .*got 0/);
    expect(() => unaryFromProbabilities(new Float32Array(2), [2, 1, 1], { confidence: 2 })).toThrow(
      /confidence .*got 2/,
    );
  });
});

describe("unaryFromScores", () => {
  it("is -log softmax, also where the softmax saturates", () => {
    const { data } = unaryFromScores(Float32Array.of(0, 1000, Math.log(3), 0), [2, 1, 2]);
    expectClose(data, [Math.log(4), 0, Math.log(4 / 3), 1000]);
  });
});

describe("unaryFromLabels", () => {
  it("shares the doubt among the other classes; void says nothing", () => {
    const { data } = unaryFromLabels(Uint8Array.of(2, 255), [3, 1, 2], { confidence: 0.5 });
    expectClose(data, [-Math.log(0.25), Math.log(3), -Math.log(0.25), Math.log(3), -Math.log(0.5), Math.log(3)]);
  });

  it("takes 0 as the unknown label, and a single class", () => {
    expectClose(unaryFromLabels(Uint8Array.of(0), [2, 1, 1], { confidence: 0.9, unknown: 0 }).data, [
      Math.log(2),
      Math.log(2),
    ]);
    expectClose(unaryFromLabels(Uint8Array.of(0), [1, 1, 1], { confidence: 0.9 }).data, [-Math.log(0.9)]);
  });

  it("refuses labels that are no class", () => {
    expect(() => unaryFromLabels(Uint8Array.of(0, 9), [3, 1, 2], { confidence: 0.5 })).toThrow(
      /below 3 .*got 9 at x 1, y 0/,
    );
    expect(() => unaryFromLabels(Uint8Array.of(0), [3, 1, 1], { confidence: 1 })).toThrow(/confidence .*got 1/);
    expect(() => unaryFromLabels(Uint8Array.of(0), [300, 1, 1], { confidence: 0.5 })).toThrow(
      /1 to 255 classes, got 300/,
    );
  });
});
