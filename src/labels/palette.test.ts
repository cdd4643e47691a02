import { expect, it } from "vitest";
import { VOC_PALETTE } from "./palette.ts";

it("begins as the VOC development kit says and has 256 distinct colours", () => {
  expect(VOC_PALETTE.slice(0, 21).map((color) => color.join(" "))).toEqual([
    "0 0 0",
    "128 0 0",
    "0 128 0",
    "128 128 0",
    "0 0 128",
    "128 0 128",
    "0 128 128",
    "128 128 128",
    "64 0 0",
    "192 0 0",
    "64 128 0",
    "192 128 0",
    "64 0 128",
    "192 0 128",
    "64 128 128",
    "192 128 128",
    "0 64 0",
    "128 64 0",
    "0 192 0",
    "128 192 0",
    "0 64 128",
  ]);
  expect(VOC_PALETTE[255]).toEqual([224, 224, 192]);
  expect(new Set(VOC_PALETTE.map((color) => color.join(" "))).size).toBe(256);
});
