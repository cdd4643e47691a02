import { describe, expect, test } from "vitest";
import "../../matchers.ts";
import { dataTypeCode } from "../../../src/onnx/index.ts";
import { numeric, scalar, vector } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

const E = Math.E;

describe("one input", () => {
  test.each([
    ["Identity", [-2, 3], [-2, 3]],
    ["Neg", [-2, 3], [2, -3]],
    ["Abs", [-2, 3], [2, 3]],
    ["Exp", [0, 1, -1], [1, E, 1 / E]],
    ["Log", [1, E], [0, 1]],
    ["Sqrt", [0, 9], [0, 3]],
    ["Reciprocal", [2, -4], [0.5, -0.25]],
    ["Sign", [-2, 0, 5], [-1, 0, 1]],
    ["Sigmoid", [0, Math.log(3)], [0.5, 0.75]],
    ["Tanh", [0, Math.log(3)], [0, 0.8]],
    ["Relu", [-2, 0, 3], [0, 0, 3]],
    ["Not", [0, 1], [1, 0]],
  ])("%s %j = %j", (op, input, expected) => {
    expect(runForOne(op, [vector(input)])).toBeCloseToTensor(vector(expected), { atol: 1e-15 });
  });
});

describe("two inputs", () => {
  test.each([
    ["Add", [5, -7], [2, 2], [7, -5]],
    ["Sub", [5, -7], [2, 2], [3, -9]],
    ["Mul", [5, -7], [2, 2], [10, -14]],
    ["Div", [5, -7], [2, 2], [2.5, -3.5]],
    ["Pow", [5, -7], [2, 2], [25, 49]],
    ["Min", [5, -7], [2, 2], [2, -7]],
    ["Max", [5, -7], [2, 2], [5, 2]],
    ["Equal", [1, 2, 3], [2, 2, 2], [0, 1, 0]],
    ["Greater", [1, 2, 3], [2, 2, 2], [0, 0, 1]],
    ["GreaterOrEqual", [1, 2, 3], [2, 2, 2], [0, 1, 1]],
    ["Less", [1, 2, 3], [2, 2, 2], [1, 0, 0]],
    ["LessOrEqual", [1, 2, 3], [2, 2, 2], [1, 1, 0]],
    ["And", [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]],
    ["Or", [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1]],
  ])("%s %j %j = %j", (op, a, b, expected) => {
    expect(runForOne(op, [vector(a), vector(b)])).toEqual(vector(expected));
  });
});

test("shapes are aligned at their last axis and repeated", () => {
  const result = runForOne("Add", [numeric([2, 1], [10, 20]), numeric([3], [1, 2, 3])]);
  expect(result).toEqual(numeric([2, 3], [11, 12, 13, 21, 22, 23]));
  expect(() => runForOne("Add", [vector([1, 2]), vector([1, 2, 3])])).toThrow("axis 0, got [2] and [3]");
});

test("Min and Max take any number of inputs", () => {
  expect(runForOne("Max", [vector([1, 5]), scalar(3), vector([2, 9])])).toEqual(vector([3, 9]));
});

test("Div of whole numbers rounds towards zero", () => {
  expect(runForOne("Div", [vector([7, -7]), vector([2, 2])], {}, { type: "int64" })).toEqual(vector([3, -3]));
});

test("Clip: each bound may be left out", () => {
  const x = vector([-2, 0, 2]);
  expect(runForOne("Clip", [x, scalar(-1), scalar(1)])).toEqual(vector([-1, 0, 1]));
  expect(runForOne("Clip", [x, undefined, scalar(1)])).toEqual(vector([-2, 0, 1]));
  expect(runForOne("Clip", [x, scalar(0)])).toEqual(vector([0, 0, 2]));
});

test("Where chooses element by element, all three broadcast", () => {
  const result = runForOne("Where", [numeric([2, 1], [1, 0]), vector([1, 2]), scalar(9)]);
  expect(result).toEqual(numeric([2, 2], [1, 2, 9, 9]));
});

test("Cast: whole numbers towards zero, booleans whether not 0, floats as they are", () => {
  const x = vector([2.7, -2.7, 0, 0.25]);
  expect(runForOne("Cast", [x], { to: dataTypeCode("int64") })).toBeCloseToTensor(vector([2, -2, 0, 0]), {});
  expect(runForOne("Cast", [x], { to: dataTypeCode("bool") })).toEqual(vector([1, 1, 0, 1]));
  expect(runForOne("Cast", [x], { to: dataTypeCode("float32") })).toEqual(x);
});
