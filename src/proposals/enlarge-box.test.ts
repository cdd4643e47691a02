import fc from "fast-check";
import { expect, test } from "vitest";
import { OptionError } from "../errors.ts";
import { enlargeBox } from "./enlarge-box.ts";

test("a box of 100 x 50 px becomes a square of 120 px around its centre", () => {
  expect(enlargeBox({ x: 10, y: 40, width: 100, height: 50 })).toEqual({ x: 0, y: 5, width: 120, height: 120 });
});

test("the square may leave the image, and the factor can be chosen", () => {
  expect(enlargeBox({ x: 0, y: 0, width: 40, height: 80 }, 2)).toEqual({ x: -60, y: -40, width: 160, height: 160 });
});

test("holds the box, is square and has its centre to half a pixel", () => {
  const whole = fc.integer({ min: -500, max: 500 });
  const side = fc.integer({ min: 5, max: 900 });
  fc.assert(
    fc.property(whole, whole, side, side, (x, y, width, height) => {
      const square = enlargeBox({ x, y, width, height });
      expect(square.width).toBe(square.height);
      expect(square.x <= x && square.x + square.width >= x + width).toBe(true);
      expect(square.y <= y && square.y + square.height >= y + height).toBe(true);
      expect(Math.abs(square.x + square.width / 2 - (x + width / 2))).toBeLessThanOrEqual(0.5);
      expect(Math.abs(square.y + square.height / 2 - (y + height / 2))).toBeLessThanOrEqual(0.5);
    }),
  );
});

test("refuses a factor or a side that is not over 0", () => {
  const box = { x: 0, y: 0, width: 4, height: 4 };
  expect(() => enlargeBox(box, 0)).toThrow(OptionError);
  expect(() => enlargeBox({ ...box, width: 0 })).toThrow(/got 0 x 4/);
});
