import { describe, expect, test } from "vitest";
import { numeric, scalar, vector } from "../numeric-tensor.ts";
import { runForOne, runOperator } from "../run-operator.ts";

const X = numeric([2, 3], [1, 2, 3, 4, 5, 6]);

test("Transpose: axis i of the result is axis perm[i] of the input", () => {
  expect(runForOne("Transpose", [X])).toEqual(numeric([3, 2], [1, 4, 2, 5, 3, 6]));
  const cube = numeric([1, 2, 3], X.data);
  expect(runForOne("Transpose", [cube], { perm: [1, 2, 0] })).toEqual(numeric([2, 3, 1], X.data));
  expect(runForOne("Transpose", [cube], { perm: [2, 0, 1] })).toEqual(numeric([3, 1, 2], [1, 4, 2, 5, 3, 6]));
});

describe("Slice", () => {
  const line = vector([0, 1, 2, 3, 4]);
  test.each([
    [1, 3, 1, [1, 2]],
    [-2, 100, 1, [3, 4]],
    [0, -1, 2, [0, 2]],
    [-1, -100, -1, [4, 3, 2, 1, 0]],
    [100, 0, -2, [4, 2]],
    [3, 1, 1, []],
  ])("from %d to %d in steps of %d: %j", (start, end, step, expected) => {
    const result = runForOne("Slice", [line, vector([start]), vector([end]), vector([0]), vector([step])]);
    expect(result).toEqual(vector(expected));
  });

  test("axes may be left out or negative", () => {
    expect(runForOne("Slice", [X, vector([1]), vector([2])])).toEqual(numeric([1, 3], [4, 5, 6]));
    expect(runForOne("Slice", [X, vector([1]), vector([3]), vector([-1])])).toEqual(numeric([2, 2], [2, 3, 5, 6]));
  });
});

test("Concat", () => {
  const column = numeric([2, 1], [10, 20]);
  expect(runForOne("Concat", [X, column], { axis: 1 })).toEqual(numeric([2, 4], [1, 2, 3, 10, 4, 5, 6, 20]));
  expect(() => runForOne("Concat", [X, column], { axis: 0 })).toThrow("[2, 3] but for axis 0, got [2, 1]");
});

test("Split: by sizes, or into parts of which the last may be smaller", () => {
  const [left, right] = runOperator("Split", [X, vector([1, 2])], { axis: 1 }, { outputs: 2 });
  expect(left).toEqual(numeric([2, 1], [1, 4]));
  expect(right).toEqual(numeric([2, 2], [2, 3, 5, 6]));
  const parts = runOperator("Split", [vector([1, 2, 3])], { num_outputs: 2 }, { outputs: 2 });
  expect(parts).toEqual([vector([1, 2]), vector([3])]);
});

test("Pad: zeros, another value, and negative pads that cut", () => {
  expect(runForOne("Pad", [X, vector([0, 1, 0, 0])])).toEqual(numeric([2, 4], [0, 1, 2, 3, 0, 4, 5, 6]));
  expect(runForOne("Pad", [X, vector([-1, -1, 0, 1]), scalar(9)])).toEqual(numeric([1, 3], [5, 6, 9]));
  const onAxis = runForOne("Pad", [X, vector([1, 0]), undefined, vector([0])]);
  expect(onAxis).toEqual(numeric([3, 3], [0, 0, 0, 1, 2, 3, 4, 5, 6]));
  expect(() => runForOne("Pad", [X, vector([0, 0, 0, 0])], { mode: "edge" })).toThrow("mode constant, got edge");
});

test("Expand repeats axes of size 1, in both directions", () => {
  expect(runForOne("Expand", [numeric([2, 1], [1, 2]), vector([3])])).toEqual(numeric([2, 3], [1, 1, 1, 2, 2, 2]));
  expect(runForOne("Expand", [vector([1, 2]), vector([2, 1])])).toEqual(numeric([2, 2], [1, 2, 1, 2]));
});

test("Tile repeats the whole tensor", () => {
  expect(runForOne("Tile", [numeric([1, 2], [1, 2]), vector([2, 2])])).toEqual(
    numeric([2, 4], [1, 2, 1, 2, 1, 2, 1, 2]),
  );
});
