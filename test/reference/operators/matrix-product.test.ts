import { expect, test } from "vitest";
import { numeric, scalar } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

const A = numeric([2, 3], [1, 2, 3, 4, 5, 6]);
const B = numeric([3, 2], [1, 0, 0, 1, 10, 100]);
const AB = numeric([2, 2], [31, 302, 64, 605]);

test("MatMul: matrices", () => {
  expect(runForOne("MatMul", [A, B])).toEqual(AB);
});

test("MatMul: leading axes are broadcast", () => {
  const stack = numeric([2, 1, 3], [1, 2, 3, 4, 5, 6]);
  expect(runForOne("MatMul", [stack, B])).toEqual(numeric([2, 1, 2], AB.data));
  const both = runForOne("MatMul", [numeric([2, 1, 1, 2], [1, 2, 3, 4]), numeric([2, 2, 1], [1, 0, 0, 1])]);
  expect(both).toEqual(numeric([2, 2, 1, 1], [1, 2, 3, 4]));
});

test("MatMul: a list is a row on the left and a column on the right", () => {
  expect(runForOne("MatMul", [numeric([3], [1, 2, 3]), B])).toEqual(numeric([2], [31, 302]));
  expect(runForOne("MatMul", [A, numeric([3], [1, 0, 1])])).toEqual(numeric([2], [4, 10]));
  expect(runForOne("MatMul", [numeric([2], [3, 4]), numeric([2], [5, 6])])).toEqual(scalar(39));
});

test("MatMul: refuses inner sizes that differ", () => {
  expect(() => runForOne("MatMul", [A, A])).toThrow("equal inner sizes, got [2, 3] and [2, 3]");
});

test("Gemm: alpha A' B' + beta C with C broadcast to the result", () => {
  const transposed = numeric([3, 2], [1, 4, 2, 5, 3, 6]); // A'
  const attributes = { transA: 1, alpha: 2, beta: 10 };
  const expected = numeric([2, 2], [62 + 10, 604 + 20, 128 + 10, 1210 + 20]);
  expect(runForOne("Gemm", [transposed, B, numeric([2], [1, 2])], attributes)).toEqual(expected);
});

test("Gemm: transB, without C", () => {
  expect(runForOne("Gemm", [A, numeric([2, 3], [1, 0, 10, 0, 1, 100])], { transB: 1 })).toEqual(AB);
});

test("FusedMatMul swaps the last two axes of stacks too", () => {
  const stack = numeric([1, 2, 3], [1, 0, 10, 0, 1, 100]);
  const expected = numeric([1, 2, 2], [15.5, 151, 32, 302.5]);
  expect(runForOne("FusedMatMul", [A, stack], { transB: 1, alpha: 0.5 })).toEqual(expected);
});
