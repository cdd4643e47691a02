import { expect, test } from "vitest";
import { compareFigures } from "./compare-figures.ts";

const REFERENCE = [
  { name: "loss", value: 2 },
  { name: "score", value: -4 },
];

test("a figure within 1e-4 of its own size is ok", () => {
  const figures = new Map([
    ["loss", 2.0001],
    ["score", -4.0005],
    ["other", 1],
  ]);
  const [loss, score, ...rest] = compareFigures(figures, REFERENCE);
  expect(loss).toMatchObject({ name: "loss", expected: 2, got: 2.0001, ok: true });
  expect(loss?.difference).toBeCloseTo(5e-5, 12);
  expect(score).toMatchObject({ name: "score", expected: -4, got: -4.0005, ok: false });
  expect(score?.difference).toBeCloseTo(1.25e-4, 12);
  expect(rest).toEqual([]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])("%s is not ok, and fits into JSON", (value) => {
  const figures = new Map(value === undefined ? [] : [["loss", value]]);
  const [loss] = compareFigures(figures, REFERENCE);
  expect(loss).toEqual({ name: "loss", expected: 2, got: null, difference: null, ok: false });
});
