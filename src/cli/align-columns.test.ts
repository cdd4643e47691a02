import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignColumns, splitColumns } from "./align-columns.ts";

const ROWS = [
  ["", "runs/a", "runs/bcd", "c"],
  ["loss", "1", "2", "3"],
];

describe("alignColumns", () => {
  it("aligns to the left, without blanks at the end", () => {
    expect(alignColumns(ROWS)).toEqual(["      runs/a  runs/bcd  c", "loss  1       2         3"]);
  });
});

describe("splitColumns", () => {
  it("repeats the first column, and keeps one table where all fits", () => {
    expect(splitColumns(ROWS, 22)).toEqual([
      [
        ["", "runs/a", "runs/bcd"],
        ["loss", "1", "2"],
      ],
      [
        ["", "c"],
        ["loss", "3"],
      ],
    ]);
    expect(splitColumns(ROWS, Number.POSITIVE_INFINITY)).toEqual([ROWS]);
  });

  it("loses no column, and is too wide only where a single column is", () => {
    const cells = fc.array(fc.string({ maxLength: 9 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 60 }), (row, width) => {
        const tables = splitColumns([row], width).map(([only = []]) => only);
        expect(tables.flatMap((table) => table.slice(1))).toEqual(row.slice(1));
        for (const table of tables) expect(table.length === 2 || table.join("  ").length <= width).toBe(true);
      }),
    );
  });
});
