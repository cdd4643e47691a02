import { expect, test } from "vitest";
import { numeric, scalar, vector } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

test("ConstantOfShape", () => {
  expect(runForOne("ConstantOfShape", [vector([1, 2])])).toEqual(numeric([1, 2], [0, 0]));
  expect(runForOne("ConstantOfShape", [vector([2])], { value: 3 })).toEqual(vector([3, 3]));
});

test("Range stops before the limit", () => {
  expect(runForOne("Range", [scalar(1), scalar(6), scalar(2)])).toEqual(vector([1, 3, 5]));
  expect(runForOne("Range", [scalar(3), scalar(0), scalar(-1)])).toEqual(vector([3, 2, 1]));
  expect(runForOne("Range", [scalar(3), scalar(0), scalar(1)])).toEqual(vector([]));
});
