import fc from "fast-check";
import { expect, test } from "vitest";
import { constantPlane } from "../../test/draw-plane.ts";
import { FormatError } from "../errors.ts";
import type { EdgeMap } from "./edge-map.ts";
import { edgeOrientation } from "./edge-orientation.ts";

/** A bright line through the middle of a square whose normal has the given angle. */
function ridge(size: number, angle: number): EdgeMap {
  const plane = constantPlane(size, size, 0);
  const middle = (size - 1) / 2;
  plane.data.forEach((_, i) => {
    const [x, y] = [(i % size) - middle, Math.floor(i / size) - middle];
    const distance = x * Math.cos(angle) + y * Math.sin(angle);
    plane.data[i] = Math.exp(-(distance ** 2) / 4);
  });
  return plane;
}

test("finds the normal of a line of any direction, as published", () => {
  fc.assert(
    // Without the exact vertical, whose mixed derivative is 0 and has no sign: the formula then gives 0.
    fc.property(
      fc.integer({ min: 0, max: 179 }).filter((degrees) => degrees !== 90),
      (degrees) => {
        const angle = (degrees * Math.PI) / 180;
        const found = edgeOrientation(ridge(31, angle)).data[15 * 31 + 15]!;
        // Exact on the axes and diagonals; the published formula pulls the angles between towards the axes.
        const tangent = Math.tan(angle);
        const published = (Math.atan(tangent * Math.abs(tangent)) + Math.PI) % Math.PI;
        const difference = Math.abs(found - published);
        expect(Math.min(difference, Math.PI - difference)).toBeLessThan(0.05);
      },
    ),
  );
});

test("a constant map has orientation 0, and a single pixel too", () => {
  expect(edgeOrientation(constantPlane(5, 4, 0.5)).data.every((angle) => angle === 0)).toBe(true);
  expect(Array.from(edgeOrientation(constantPlane(1, 1, 0.5)).data)).toEqual([0]);
});

test("angles stay in [0, π] and NaN is refused", () => {
  const plane = ridge(20, 1);
  for (const angle of edgeOrientation(plane).data) expect(angle >= 0 && angle <= Math.fround(Math.PI)).toBe(true);
  plane.data[7] = Number.NaN;
  expect(() => edgeOrientation(plane)).toThrow(FormatError);
});
