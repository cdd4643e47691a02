import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors.ts";
import { argmax, softmax } from "./softmax.ts";

const scores = Float32Array.of(1, 5, 0, 2, 5, 0, 3, 4, 0); // three classes, one row of three pixels

describe("argmax", () => {
  it("takes the largest score, the first class of equal ones", () => {
    expect([...argmax(scores, [3, 1, 3])]).toEqual([2, 0, 0]);
  });
  it("names both sizes", () => {
    expect(() => argmax(scores, [3, 2, 3])).toThrow(ShapeError);
    expect(() => argmax(scores, [3, 2, 3])).toThrow(/expected 18 .*got 9/);
    expect(() => argmax(new Float32Array(256), [256, 1, 1])).toThrow(/255/);
  });
});

describe("softmax", () => {
  it("by hand: equal scores share, ln 3 against 0 is 3 to 1", () => {
    expect(
      [...softmax(Float32Array.of(0, Math.log(3), 0, 0), [2, 1, 2])].map((p) => Math.round(p * 1e6) / 1e6),
    ).toEqual([0.5, 0.75, 0.5, 0.25]);
  });
  it("sums to 1 and keeps the order, scores of ±1e4 included", () => {
    const value = fc.float({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 8 }), (pixels) => {
        const n = pixels.length;
        const map = new Float32Array(3 * n);
        pixels.forEach((pixel, i) => {
          for (let c = 0; c < 3; c++) map[c * n + i] = pixel[c]!;
        });
        const p = softmax(map, [3, 1, n]);
        for (let i = 0; i < n; i++) expect(p[i]! + p[n + i]! + p[2 * n + i]!).toBeCloseTo(1, 5);
        const labels = argmax(map, [3, 1, n]);
        for (let i = 0; i < n; i++) expect(p[labels[i]! * n + i]).toBe(Math.max(p[i]!, p[n + i]!, p[2 * n + i]!));
      }),
    );
  });
});
