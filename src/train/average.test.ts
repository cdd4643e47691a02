import { expect, it } from "vitest";
import { updateAverage } from "./average.ts";

it("takes most of the weights in the first steps, and little in the long run", () => {
  const average = Float32Array.of(0, 100);
  updateAverage(average, Float32Array.of(10, 0), 0.999, 1);
  expect([...average]).toEqual([9, 10]);
  const late = Float32Array.of(0);
  updateAverage(late, Float32Array.of(1000), 0.999, 1_000_000);
  expect(late[0]).toBeCloseTo(1, 3);
});

it("stays at the weights if they do not move", () => {
  const weights = Float32Array.of(0.25, -3);
  const average = weights.slice();
  for (let step = 1; step < 50; step++) updateAverage(average, weights, 0.9, step);
  expect(average[0]).toBeCloseTo(0.25, 6);
  expect(average[1]).toBeCloseTo(-3, 6);
});
