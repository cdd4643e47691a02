import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { drawDirections, drawStrength } from "./index.ts";

const plane = (...values: readonly number[]) => ({ data: Float32Array.from(values), width: values.length, height: 1 });

test("strengths are grey levels, cut off at 0 and 1", () => {
  expect(Array.from(drawStrength(plane(-1, 0.2, 7)).data)).toEqual([0, 0, 0, 51, 51, 51, 255, 255, 255]);
});

test("directions go round the colours once in π, as light as their strength", () => {
  const { PI } = Math;
  const pixels = drawDirections(plane(0, PI / 3, (2 * PI) / 3, PI, PI / 6, 0), plane(1, 1, 1, 1, 1, 0.2)).data;
  expect(Array.from(pixels)).toEqual(
    [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 0, 0],
      [255, 255, 0],
      [51, 0, 0],
    ].flat(),
  );
});

test("sizes must agree", () => {
  expect(() => drawDirections(plane(0), plane(0, 1))).toThrow(ShapeError);
});
