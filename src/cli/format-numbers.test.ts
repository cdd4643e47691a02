import { expect, test } from "vitest";
import { duration, percent } from "./format-numbers.ts";

test.each([
  [0, "0 s"],
  [99, "99 s"],
  [99.6, "2 min"],
  [3569, "59 min"],
  [3600, "1 h 0 min"],
  [90_000, "25 h 0 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("shares in per cent", () => {
  expect([percent(0), percent(0.1234), percent(1)]).toEqual(["0.0 %", "12.3 %", "100.0 %"]);
});
