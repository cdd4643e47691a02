import fc from "fast-check";
import { expect, test } from "vitest";
import { groupRuns } from "./group-runs.ts";

test("lists the runs along a row, without the gaps", () => {
  const { groups, at } = groupRuns(Int32Array.of(0, 3, 3, 0, 0, 5, 3, 0), 8, 1, "rows");
  expect(Array.from(groups)).toEqual([3, 5, 3]);
  expect(Array.from(at)).toEqual([0, 3, 3, 2, 2, 5, 7, 6]);
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
        const { groups, at } = groupRuns(Int32Array.from(ids), width, height, direction);
        const length = direction === "rows" ? width : height;
        const line = c % (direction === "rows" ? height : width);
        const [from, to] = [a % length, b % length].sort((p, q) => p - q) as [number, number];
        const pixel = (i: number): number => (direction === "rows" ? line * width + i : i * width + line);
        const expected = new Set<number>();
        for (let i = from; i <= to; i++) if (ids[pixel(i)]! > 0) expected.add(ids[pixel(i)]!);
        const turned = (i: number): number => (direction === "rows" ? i * height + line : line * height + i);
        const [first, last] = [at[turned(from)]!, at[turned(to)]!];
        expect(new Set(groups.subarray((first >> 1) - (first & 1), last >> 1))).toEqual(expected);
      }
    }),
  );
});
