import { describe, expect, test } from "vitest";
import "../../matchers.ts";
import { numeric, scalar, vector } from "../numeric-tensor.ts";
import { runForOne, runOperator } from "../run-operator.ts";

const EXACT = { atol: 1e-15 };
const LN = Math.log;

test("Softmax and LogSoftmax along an axis", () => {
  const x = numeric([1, 2, 2], [LN(1), LN(2), LN(3), LN(6)]);
  expect(runForOne("Softmax", [x], { axis: 1 })).toBeCloseToTensor(numeric([1, 2, 2], [0.25, 0.25, 0.75, 0.75]), EXACT);
  const rows = numeric([1, 2, 2], [LN(1 / 3), LN(2 / 3), LN(1 / 3), LN(2 / 3)]);
  expect(runForOne("LogSoftmax", [x])).toBeCloseToTensor(rows, EXACT);
});

test("LogSoftmax of large scores does not overflow", () => {
  expect(runForOne("LogSoftmax", [vector([1000, 0])])).toEqual(vector([0, -1000]));
});

describe("SoftmaxCrossEntropyLoss", () => {
  // Probabilities of the pixels: (1/4, 3/4), (1/2, 1/2), (1/5, 4/5).
  const scores = numeric([1, 2, 3], [LN(1), 0, LN(1), LN(3), 0, LN(4)]);
  const labels = (...list: number[]) => numeric([1, 3], list);

  test("mean, sum and none", () => {
    const call = [scores, labels(0, 1, 1)];
    const none = numeric([1, 3], [LN(4), LN(2), LN(5 / 4)]);
    expect(runForOne("SoftmaxCrossEntropyLoss", call, { reduction: "none" })).toBeCloseToTensor(none, EXACT);
    expect(runForOne("SoftmaxCrossEntropyLoss", call, { reduction: "sum" })).toBeCloseToTensor(scalar(LN(10)), EXACT);
    expect(runForOne("SoftmaxCrossEntropyLoss", call)).toBeCloseToTensor(scalar(LN(10) / 3), EXACT);
  });

  test("ignored pixels have loss 0 and do not count in the mean", () => {
    const loss = runForOne("SoftmaxCrossEntropyLoss", [scores, labels(0, 255, 1)], { ignore_index: 255 });
    expect(loss).toBeCloseToTensor(scalar(LN(5) / 2), EXACT);
  });

  test("class weights: the mean divides by the weights of the pixels that count", () => {
    const call = [scores, labels(0, 255, 1), vector([3, 1])];
    const loss = runForOne("SoftmaxCrossEntropyLoss", call, { ignore_index: 255 });
    expect(loss).toBeCloseToTensor(scalar((3 * LN(4) + LN(5 / 4)) / 4), EXACT);
  });

  test("without a pixel that counts the loss is 0", () => {
    const loss = runForOne("SoftmaxCrossEntropyLoss", [scores, labels(255, 255, 255)], { ignore_index: 255 });
    expect(loss).toEqual(scalar(0));
  });

  test("the second output holds log probabilities", () => {
    const [, logProbability] = runOperator("SoftmaxCrossEntropyLoss", [scores, labels(0, 1, 1)], {}, { outputs: 2 });
    const expected = [1 / 4, 1 / 2, 1 / 5, 3 / 4, 1 / 2, 4 / 5].map(LN);
    expect(logProbability).toBeCloseToTensor(numeric([1, 2, 3], expected), EXACT);
  });

  test("refuses a label that is no class", () => {
    expect(() => runForOne("SoftmaxCrossEntropyLoss", [scores, labels(0, 2, 1)])).toThrow("labels from 0 to 1, got 2");
  });
});
