import { expect, test } from "vitest";
import "../../matchers.ts";
import { numeric, vector } from "../numeric-tensor.ts";
import { runForOne, runOperator } from "../run-operator.ts";

// Channel 0 holds 1, 3 (mean 2, variance 1), channel 1 holds 10, 14, (mean 12, variance 4).
const X = numeric([2, 2, 1, 1], [1, 10, 3, 14]);

test("with stored statistics", () => {
  const inputs = [X, vector([2, 1]), vector([0.5, 0]), vector([1, 10]), vector([3, 15])];
  const y = runForOne("BatchNormalization", inputs, { epsilon: 1 });
  expect(y).toBeCloseToTensor(numeric([2, 2, 1, 1], [0.5, 0, 2.5, 1]), {});
});

test("in training: normalised with the batch's biased variance, running = old * momentum + batch * (1 - momentum)", () => {
  const inputs = [X, vector([2, 1]), vector([0.5, 0]), vector([0, 100]), vector([1, 0])];
  const attributes = { training_mode: 1, momentum: 0.75, epsilon: 0 };
  const [y, mean, variance] = runOperator("BatchNormalization", inputs, attributes, { outputs: 3 });
  expect(y).toBeCloseToTensor(numeric([2, 2, 1, 1], [-1.5, -1, 2.5, 1]), {});
  expect(mean).toBeCloseToTensor(vector([0.5, 78]), {});
  expect(variance).toBeCloseToTensor(vector([1, 1]), {});
});
