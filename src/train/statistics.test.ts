import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blendStatistics, PooledStatistics, unbiasedCorrection } from "./statistics.ts";

it("blends with the unbiased variance", () => {
  const running = Float32Array.of(1, 0);
  blendStatistics(running, Float32Array.of(3, 8), 0.25, unbiasedCorrection(5));
  expect([...running]).toEqual([1.6875, 2.5]);
});

describe("PooledStatistics", () => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const biased = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));

  it("are those of all numbers together, whatever the batches", () => {
    const batch = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(batch, { minLength: 2, maxLength: 5 }), (batches) => {
        const pooled = new PooledStatistics(1);
        for (const values of batches)
          pooled.add(Float32Array.of(mean(values)), Float32Array.of(biased(values)), values.length);
        const all = batches.flat();
        expect(pooled.mean()[0]).toBeCloseTo(mean(all), 4);
        expect(pooled.variance()[0]).toBeCloseTo((biased(all) * all.length) / (all.length - 1), 3);
      }),
    );
  });

  it("keep channels apart", () => {
    const pooled = new PooledStatistics(2);
    pooled.add(Float32Array.of(1, 10), Float32Array.of(0, 4), 4);
    pooled.add(Float32Array.of(3, 10), Float32Array.of(0, 4), 4);
    expect([...pooled.mean()]).toEqual([2, 10]);
    expect(pooled.variance()[0]).toBeCloseTo(8 / 7, 5);
    expect(pooled.variance()[1]).toBeCloseTo(32 / 7, 5);
  });
});
