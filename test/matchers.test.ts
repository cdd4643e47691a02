import { expect, test } from "vitest";
import "./matchers.ts";

const tensor = (shape: number[], ...data: number[]) => ({ shape, data });

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "passed";
}

test("passes within atol + rtol * |expected|", () => {
  expect(tensor([2], 1.05, 100.9)).toBeCloseToTensor(tensor([2], 1, 100), { atol: 0.05001, rtol: 0.0086 });
  expect(tensor([1], 1)).not.toBeCloseToTensor(tensor([1], 1.1), { atol: 0.09 });
});

test("without a tolerance only equal numbers fit; NaN and infinity fit themselves", () => {
  expect(tensor([3], Number.NaN, -Infinity, 2)).toBeCloseToTensor(tensor([3], Number.NaN, -Infinity, 2), {});
  expect(tensor([1], Number.NaN)).not.toBeCloseToTensor(tensor([1], 0), { atol: 1e9 });
  expect(tensor([1], 5)).not.toBeCloseToTensor(tensor([1], Infinity), { atol: 1e9, rtol: 1e9 });
  expect(tensor([1], -Infinity)).not.toBeCloseToTensor(tensor([1], Infinity), { rtol: 1 });
});

test("compares int64 numbers with others", () => {
  expect({ shape: [2], data: BigInt64Array.of(1n, -2n) }).toBeCloseToTensor(tensor([2], 1, -2), {});
});

test("names type and shape first", () => {
  const [a, b] = [Float32Array.of(1), Int32Array.of(1)];
  const types = () =>
    expect({ type: "float32", shape: [1], data: a }).toBeCloseToTensor({ type: "int32", shape: [1], data: b }, {});
  expect(messageOf(types)).toBe("toBeCloseToTensor: expected a tensor of type int32, got float32.");
  const shapes = () => expect(tensor([1, 2], 1, 2)).toBeCloseToTensor(tensor([2], 1, 2), {});
  expect(messageOf(shapes)).toBe("toBeCloseToTensor: expected a tensor of shape [2], got [1, 2].");
  const counts = () => expect(tensor([2], 1)).toBeCloseToTensor(tensor([2], 1, 2), {});
  expect(messageOf(counts)).toBe("toBeCloseToTensor: expected 2 elements, got 1.");
});

test("names the first wrong element with both values, and the largest error", () => {
  const check = () =>
    expect(tensor([2, 3], 1, 2, 3, 5, 5, 9)).toBeCloseToTensor(tensor([2, 3], 1, 2, 3, 4, 5, 6), { atol: 0.5 });
  expect(messageOf(check)).toBe(
    "toBeCloseToTensor: expected 4 at [1, 0] of shape [2, 3], got 5. 2 of 6 elements differ by more than " +
      "atol 0.5 + rtol 0; the largest error is 3 at [1, 2].",
  );
});
