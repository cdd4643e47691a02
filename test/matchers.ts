/** Vitest matchers for tensors: a failure names the type, the shape, the first wrong element and the largest error. */
import { expect } from "vitest";
import type { DataType } from "../src/onnx/index.ts";

/** A graph's tensor, a tensor of the reference interpreter, or any list of numbers with a shape. */
interface TensorLike {
  readonly type?: DataType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** An element fits if |received - expected| <= atol + rtol * |expected|. Both are 0 if not given. */
interface TensorTolerance {
  readonly atol?: number;
  readonly rtol?: number;
}

declare module "vitest" {
  interface Matchers<T> {
    /** Passes if type (where both have one), shape and every element agree; NaN agrees with NaN. */
    toBeCloseToTensor: (expected: TensorLike, tolerance: TensorTolerance) => T;
  }
}

/** Why two tensors differ, or `undefined` if they do not. */
function describeDifference(
  received: TensorLike,
  expected: TensorLike,
  tolerance: TensorTolerance,
): string | undefined {
  if (received.type !== undefined && expected.type !== undefined && received.type !== expected.type) {
    return `expected a tensor of type ${expected.type}, got ${received.type}`;
  }
  if (received.shape.join() !== expected.shape.join()) {
    return `expected a tensor of shape [${expected.shape.join(", ")}], got [${received.shape.join(", ")}]`;
  }
  if (received.data.length !== expected.data.length) {
    return `expected ${expected.data.length} elements, got ${received.data.length}`;
  }
  const { atol = 0, rtol = 0 } = tolerance;
  const errors = Array.from(expected.data, (want, i) => errorBetween(Number(received.data[i]), Number(want)));
  const fits = (error: number, i: number): boolean =>
    error === 0 || (error < Infinity && error <= atol + rtol * Math.abs(Number(expected.data[i])));
  const wrong = errors.flatMap((error, i) => (fits(error, i) ? [] : [i]));
  const [first] = wrong;
  if (first === undefined) return undefined;
  const largest = errors.reduce((a, b) => Math.max(a, b), 0);
  return (
    `expected ${expected.data[first]} at [${positionOf(first, expected.shape).join(", ")}] ` +
    `of shape [${expected.shape.join(", ")}], got ${received.data[first]}. ${wrong.length} of ${errors.length} elements ` +
    `differ by more than atol ${atol} + rtol ${rtol}; the largest error is ${largest} ` +
    `at [${positionOf(errors.indexOf(largest), expected.shape).join(", ")}]`
  );
}

/** The same number, infinity or NaN has no error; against anything else NaN is infinitely wrong. */
function errorBetween(received: number, expected: number): number {
  if (Object.is(received, expected) || received === expected) return 0;
  const error = Math.abs(received - expected);
  return Number.isNaN(error) ? Infinity : error;
}

function positionOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return shape
    .map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
    .map((stride) => {
      const coordinate = Math.floor(rest / stride);
      rest -= coordinate * stride;
      return coordinate;
    });
}

expect.extend({
  toBeCloseToTensor(received: TensorLike, expected: TensorLike, tolerance: TensorTolerance) {
    const difference = describeDifference(received, expected, tolerance);
    return {
      pass: difference === undefined,
      message: () => `toBeCloseToTensor: ${difference ?? "expected tensors that differ, got two that agree"}.`,
    };
  },
});
