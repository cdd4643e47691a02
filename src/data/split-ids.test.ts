import fc from "fast-check";
import { expect, test } from "vitest";
import { splitIds } from "./split-ids.ts";

const ids = Array.from({ length: 10 }, (_, i) => `photo${i}`);

test("has every id once, in order, and the share that was asked for", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.nat(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, seed, share) => {
        const names = Array.from({ length: n }, (_, i) => String(i).padStart(3, "0"));
        const { train, val } = splitIds(names, seed, share);
        expect([...train, ...val].sort()).toEqual(names);
        expect(train).toEqual(train.toSorted());
        expect(val.length).toBe(Math.min(n - 1, Math.max(1, Math.round(share * n))));
      },
    ),
  );
});

test("is drawn from the seed", () => {
  expect(splitIds(ids, 1, 0.3)).toEqual(splitIds(ids, 1, 0.3));
  const draws = new Set([1, 2, 3, 4, 5].map((seed) => splitIds(ids, seed, 0.3).val.join()));
  expect(draws.size).toBeGreaterThan(2);
});

test("keeps a single photo to train on", () => {
  expect(splitIds(["a"], 1, 0.5)).toEqual({ train: ["a"], val: [] });
  expect(splitIds([], 1, 0.5)).toEqual({ train: [], val: [] });
});
