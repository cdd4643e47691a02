import { expect, test } from "vitest";
import { numeric, scalar, vector } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

const X = numeric([2, 3], [1, 2, 3, 4, 5, 9]);

test.each([
  ["ReduceSum", [6, 18], 24],
  ["ReduceMean", [2, 6], 4],
  ["ReduceMax", [3, 9], 9],
  ["ReduceMin", [1, 4], 1],
  ["ReduceProd", [6, 180], 1080],
])("%s: over the last axis %j, over all axes %d", (op, rows, all) => {
  expect(runForOne(op, [X, vector([-1])])).toEqual(numeric([2, 1], rows));
  expect(runForOne(op, [X, vector([1])], { keepdims: 0 })).toEqual(vector(rows));
  expect(runForOne(op, [X])).toEqual(numeric([1, 1], [all]));
  expect(runForOne(op, [X, vector([0, 1])], { keepdims: 0 })).toEqual(scalar(all));
  expect(runForOne(op, [X], { noop_with_empty_axes: 1 })).toEqual(X);
});

test("ArgMax gives the first of equal maxima", () => {
  const x = numeric([2, 3], [1, 5, 5, 7, 0, 7]);
  expect(runForOne("ArgMax", [x], { axis: 1 })).toEqual(numeric([2, 1], [1, 0]));
  expect(runForOne("ArgMax", [x], { axis: -1, keepdims: 0 })).toEqual(vector([1, 0]));
  expect(runForOne("ArgMax", [x], { keepdims: 0 })).toEqual(vector([1, 0, 1]));
});
