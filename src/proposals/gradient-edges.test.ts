import { expect, test } from "vitest";
import { drawPlane } from "../../test/draw-plane.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { detectGradientEdges, gradientMagnitude } from "./gradient-edges.ts";
import type { RgbImage } from "./rgb-image.ts";

/** Left half of one colour, right half of another. */
function step(size: number, left: readonly number[], right: readonly number[]): RgbImage {
  const data = new Uint8Array(3 * size * size);
  for (let i = 0; i < size * size; i++) data.set(i % size < size / 2 ? left : right, 3 * i);
  return { data, width: size, height: size };
}

test("the gradient of a ramp is its slope, up to the border", () => {
  const { data } = gradientMagnitude(drawPlane("02468"));
  for (const value of data) expect(value).toBeCloseTo(0.2, 6);
});

test("a plane that is not one value a pixel is refused", () => {
  expect(() => gradientMagnitude({ data: new Float32Array(5), width: 2, height: 3 })).toThrow(ShapeError);
});

test("a step gives a ridge of strength 1 on the step", () => {
  const edges = detectGradientEdges(step(20, [20, 20, 20], [220, 220, 220]));
  const row = Array.from(edges.data.subarray(100, 120));
  expect(row[9]).toBeCloseTo(1, 5);
  expect(row[10]).toBeCloseTo(1, 5);
  expect(row[5]).toBeLessThan(0.3);
  expect(row[0]).toBeLessThan(1e-3);
});

test("a step of colour without a step of brightness is an edge", () => {
  const edges = detectGradientEdges(step(20, [200, 40, 90], [40, 200, 90]));
  expect(edges.data[10 * 20 + 10]).toBeGreaterThan(0.9);
});

test("a constant photo and one of faint noise have no strong edges", () => {
  expect(detectGradientEdges(step(9, [7, 7, 7], [7, 7, 7])).data.every((v) => v === 0)).toBe(true);
  expect(Math.max(...detectGradientEdges(step(9, [7, 7, 7], [8, 8, 8])).data)).toBeLessThan(0.5);
  expect(Array.from(detectGradientEdges(step(1, [1, 2, 3], [1, 2, 3])).data)).toEqual([0]);
});

test("options and the image's length are checked", () => {
  const image = step(4, [0, 0, 0], [9, 9, 9]);
  expect(() => detectGradientEdges(image, { sigma: -1 })).toThrow(OptionError);
  expect(() => detectGradientEdges(image, { percentile: 0 })).toThrow(/percentile .* got 0/);
  expect(() => detectGradientEdges(image, { floor: Number.NaN })).toThrow(OptionError);
  expect(() => detectGradientEdges({ ...image, width: 5 })).toThrow(
    new ShapeError(
      "detectGradientEdges: expected an RGB image of 5 x 4 to hold 60 values, got 48. " +
        "Pass red, green, blue of each pixel, row by row.",
    ),
  );
});
