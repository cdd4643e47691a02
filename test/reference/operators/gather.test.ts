import { expect, test } from "vitest";
import { numeric, scalar, vector } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

const X = numeric([2, 3], [1, 2, 3, 4, 5, 6]);

test("Gather: the axis is replaced by the axes of the positions", () => {
  expect(runForOne("Gather", [X, numeric([1, 2], [-1, 0])])).toEqual(numeric([1, 2, 3], [4, 5, 6, 1, 2, 3]));
  expect(runForOne("Gather", [X, vector([2, 0])], { axis: 1 })).toEqual(numeric([2, 2], [3, 1, 6, 4]));
  expect(runForOne("Gather", [X, scalar(1)], { axis: -1 })).toEqual(vector([2, 5]));
  expect(() => runForOne("Gather", [X, scalar(2)])).toThrow("an axis from -2 to 1, got 2");
});

test("GatherElements: the position along the axis is data, the others stay", () => {
  expect(runForOne("GatherElements", [X, numeric([1, 3], [1, 0, -1])])).toEqual(numeric([1, 3], [4, 2, 6]));
  const columns = numeric([2, 2], [2, 0, 1, 1]);
  expect(runForOne("GatherElements", [X, columns], { axis: 1 })).toEqual(numeric([2, 2], [3, 1, 5, 5]));
});

test("ScatterElements replaces, or adds where positions repeat", () => {
  const positions = numeric([1, 2], [1, 1]);
  const updates = numeric([1, 2], [10, 20]);
  expect(runForOne("ScatterElements", [X, positions, updates])).toEqual(numeric([2, 3], [1, 2, 3, 10, 20, 6]));
  const added = runForOne("ScatterElements", [X, positions, updates], { axis: 1, reduction: "add" });
  expect(added).toEqual(numeric([2, 3], [1, 32, 3, 4, 5, 6]));
});

test("OneHot: positions from the back, and outside the depth all off", () => {
  const result = runForOne("OneHot", [vector([1, -1, 5]), scalar(3), vector([0, 7])]);
  expect(result).toEqual(numeric([3, 3], [0, 7, 0, 0, 0, 7, 0, 0, 0]));
  const first = runForOne("OneHot", [vector([1, 0]), scalar(2), vector([0, 1])], { axis: 0 });
  expect(first).toEqual(numeric([2, 2], [0, 1, 1, 0]));
});
