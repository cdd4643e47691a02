/** Programs that did not compute the same thing are found out. */
import { expect, test } from "vitest";
import { requireSameNet } from "../../bench/compare/same-net.ts";

const OURS = { parameters: 5, sample: Array.from({ length: 100 }, (_, i) => i - 50) };

test("a few numbers may differ, where a pooling took another pixel", () => {
  const sample = OURS.sample.map((value, i) => (i < 9 ? value + 20 : value + 0.04));
  expect(() => requireSameNet(OURS, { parameters: 5, sample })).not.toThrow();
});

test("another count of parameters, other numbers or too few of them are another net", () => {
  expect(() => requireSameNet(OURS, { ...OURS, parameters: 6 })).toThrow("expected 5 parameters, got 6");
  const sample = OURS.sample.map((value) => value + 0.06);
  expect(() => requireSameNet(OURS, { sample })).toThrow("got 0.0 %");
  expect(() => requireSameNet(OURS, { sample: OURS.sample.slice(1) })).toThrow("got 0.0 %");
  expect(() => requireSameNet(OURS, {})).toThrow("got 0.0 %");
});
