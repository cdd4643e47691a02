import { describe, expect, test } from "vitest";
import { type NumericTensor, numeric, scalar, vector } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

const X = numeric(
  [2, 3, 4],
  Array.from({ length: 24 }, (_, i) => i),
);
const as = (...shape: number[]): NumericTensor => numeric(shape, X.data);

describe("the same numbers in another shape", () => {
  test.each([
    ["Reshape", [X, vector([4, 6])], {}, as(4, 6)],
    ["Reshape", [X, vector([0, -1])], {}, as(2, 12)],
    ["Reshape", [X, vector([-1, 0, 2])], {}, as(4, 3, 2)],
    ["Flatten", [X], {}, as(2, 12)],
    ["Flatten", [X], { axis: 0 }, as(1, 24)],
    ["Flatten", [X], { axis: -1 }, as(6, 4)],
    ["Squeeze", [as(1, 2, 1, 12)], {}, as(2, 12)],
    ["Squeeze", [as(1, 2, 1, 12), vector([-2])], {}, as(1, 2, 12)],
    ["Unsqueeze", [as(2, 12), vector([0, -1])], {}, as(1, 2, 12, 1)],
  ])("%s, case %#", (op, inputs, attributes, expected) => {
    expect(runForOne(op, inputs, attributes)).toEqual(expected);
  });

  test("refuses another number of elements", () => {
    expect(() => runForOne("Reshape", [X, vector([5, 5])])).toThrow("a shape of 24 elements, got [5, 5]");
  });

  test("with allowzero a 0 is a size", () => {
    const empty = numeric([0, 3], []);
    expect(runForOne("Reshape", [empty, vector([3, 0])], { allowzero: 1 }).shape).toEqual([3, 0]);
  });
});

test("Shape and Size", () => {
  expect(runForOne("Shape", [X])).toEqual(vector([2, 3, 4]));
  expect(runForOne("Shape", [X], { start: 1 })).toEqual(vector([3, 4]));
  expect(runForOne("Shape", [X], { start: -3, end: -1 })).toEqual(vector([2, 3]));
  expect(runForOne("Size", [X])).toEqual(scalar(24));
});
