import fc from "fast-check";
import { expect, test } from "vitest";
import { orderByScore } from "./order-by-score.ts";

test("largest first, equal ones as given", () => {
  expect(Array.from(orderByScore(Float32Array.of(0.5, 2, 0, 0.5, 1e-40, 3e38, 2)))).toEqual([5, 1, 6, 0, 3, 4, 2]);
  expect(Array.from(orderByScore(new Float32Array(0)))).toEqual([]);
});

test("is the stable sort of any scores", () => {
  const score = fc.oneof(
    fc.float({ min: 0, noNaN: true }).map((value) => Math.abs(value)),
    fc.constantFrom(0.25, 0.25000003, 1, 65536),
  );
  fc.assert(
    fc.property(fc.array(score, { maxLength: 200 }), (values) => {
      // A view that does not begin where its memory does.
      const scores = Float32Array.of(9, ...values).subarray(1);
      const expected = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
      expect(Array.from(orderByScore(scores))).toEqual(expected);
    }),
  );
});
