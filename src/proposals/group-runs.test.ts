import fc from "fast-check";
import { expect, test } from "vitest";
import { groupRuns } from "./group-runs.ts";

test("lists the runs along a row, without the gaps", () => {
  const { groups, first, end } = groupRuns(Int32Array.of(0, 3, 3, 0, 0, 5, 3, 0), 8, 1, "rows");
  expect(Array.from(groups)).toEqual([3, 5, 3]);
  expect(Array.from(first)).toEqual([0, 0, 0, 1, 1, 1, 2, 3]);
  expect(Array.from(end)).toEqual([0, 1, 1, 1, 1, 2, 3, 3]);
});

test("the runs between two pixels hold exactly the groups between them, along rows and columns", () => {
  const size = fc.integer({ min: 1, max: 12 });
  const plane = fc.tuple(size, size).chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      ids: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: width * height, maxLength: width * height }),
    }),
  );
  fc.assert(
    fc.property(plane, fc.nat(), fc.nat(), fc.nat(), ({ width, height, ids }, a, b, c) => {
      for (const direction of ["rows", "columns"] as const) {
        const { groups, first, end } = groupRuns(Int32Array.from(ids), width, height, direction);
        const length = direction === "rows" ? width : height;
        const line = c % (direction === "rows" ? height : width);
        const [from, to] = [a % length, b % length].sort((p, q) => p - q) as [number, number];
        const pixel = (i: number): number => (direction === "rows" ? line * width + i : i * width + line);
        const expected = new Set<number>();
        for (let i = from; i <= to; i++) if (ids[pixel(i)]! > 0) expected.add(ids[pixel(i)]!);
        expect(new Set(groups.subarray(first[pixel(from)], end[pixel(to)]))).toEqual(expected);
      }
    }),
  );
});
