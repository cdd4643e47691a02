import { expect, test } from "vitest";
import { updateAverage } from "./average.ts";
import { blendStatistics, PooledStatistics, unbiasedCorrection } from "./statistics.ts";

test("running statistics move a share of the way to the batch's", () => {
  const running = Float32Array.of(1, -2);
  blendStatistics(running, Float32Array.of(2, 3), 0.25);
  expect([...running]).toEqual([1.25, -0.75]);
  blendStatistics(running, Float32Array.of(4, 4), 0.5, unbiasedCorrection(3));
  expect([...running]).toEqual([0.625 + 3, -0.375 + 3]);
});

test("statistics of two batches together are those of their union", () => {
  const batches = [
    [1, 2, 6],
    [-3, 10, 0, 4, 5],
  ];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const biased = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
  const pooled = new PooledStatistics(1);
  for (const batch of batches) pooled.add(Float32Array.of(mean(batch)), Float32Array.of(biased(batch)), batch.length);
  const union = batches.flat();
  expect(pooled.mean()[0]).toBeCloseTo(mean(union), 6);
  expect(pooled.variance()[0]).toBeCloseTo((biased(union) * union.length) / (union.length - 1), 5);
});

test("the moving average forgets its first values soon, and then keeps its share", () => {
  const average = Float32Array.of(0);
  updateAverage(average, Float32Array.of(1), 0.999, 1);
  expect(average[0]).toBeCloseTo(0.9, 6);
  const late = Float32Array.of(0);
  updateAverage(late, Float32Array.of(1), 0.999, 100_000);
  expect(late[0]).toBeCloseTo(0.001, 6);
});
