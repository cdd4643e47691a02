import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { bindShape, broadcastShapes, formatShape, knownDim, normalizeAxis, sameShape, sizeOf } from "./shape.ts";

test("symbols get their value, also within products", () => {
  expect(bindShape(["N", 3, "49*N", "2*N*N"], { N: 5 })).toEqual([5, 3, 245, 50]);
  expect(() => bindShape(["N", "M"], { N: 5 })).toThrow(ShapeError);
  expect(() => bindShape(["N", "M"], { N: 5 })).toThrow('a value for the symbolic dimension "M" of [N, M], got none.');
});

test("sizes", () => {
  expect(sizeOf([2, 3, 4])).toBe(24);
  expect(sizeOf([])).toBe(1);
  expect(sizeOf([0, 3])).toBe(0);
  expect(sizeOf(["N", 3])).toBeUndefined();
  expect(formatShape(["N", 3])).toBe("[N, 3]");
  expect(sameShape(["N", 3], ["N", 3])).toBe(true);
  expect(sameShape(["N", 3], ["M", 3])).toBe(false);
  expect(sameShape([3], [3, 1])).toBe(false);
});

describe("broadcasting", () => {
  test.each([
    [
      [2, 1, 4],
      [3, 1],
      [2, 3, 4],
    ],
    [
      ["N", 4],
      [1, 4],
      ["N", 4],
    ],
    [[], ["N"], ["N"]],
    [
      ["N", 1],
      ["N", 5],
      ["N", 5],
    ],
    [["N"], [2], undefined],
    [["N"], ["M"], undefined],
    [[2], [3], undefined],
  ])("%j and %j", (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected);
    expect(broadcastShapes(b, a)).toEqual(expected);
  });

  test("a shape broadcasts with itself to itself", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), (shape) => {
        expect(broadcastShapes(shape, shape)).toEqual(shape);
      }),
    );
  });
});

test("axes from the end", () => {
  expect([0, 3, -1, -4].map((axis) => normalizeAxis(axis, 4, "op"))).toEqual([0, 3, 3, 0]);
  for (const axis of [4, -5, 1.5])
    expect(() => normalizeAxis(axis, 4, "op")).toThrow(`op: expected an axis from -4 to 3, got ${axis}.`);
});

test("a size that must be known", () => {
  expect(knownDim(7, "pool1")).toBe(7);
  expect(() => knownDim("N", "pool1")).toThrow('pool1: expected a known size, got the symbolic dimension "N".');
  expect(() => knownDim(undefined, "pool1")).toThrow("pool1: expected a known size, got no such axis.");
});
