import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slowObjects } from "../../test/reference/objects.ts";
import { ShapeError } from "../errors.ts";
import { type LabelMap, labelMap } from "../labels/index.ts";
import { connectedObjects, instanceObjects } from "./objects.ts";

/** A label map drawn as a grid; `.` is background, `#` void. */
function grid(text: string): LabelMap {
  const rows = text.trim().split(/\s+/);
  const values = [...rows.join("")].map((cell) => (cell === "." ? 0 : cell === "#" ? 255 : Number(cell)));
  return labelMap(Uint8Array.from(values), rows.length, rows[0]?.length ?? 0);
}

describe("connectedObjects", () => {
  it("by hand: touching corners are apart, void and background are nothing", () => {
    expect(connectedObjects(grid("11..2 11.2. ..#2. 1...."))).toEqual([
      { classId: 1, pixels: 4, box: { x: 0, y: 0, width: 2, height: 2 } },
      { classId: 2, pixels: 1, box: { x: 4, y: 0, width: 1, height: 1 } },
      { classId: 2, pixels: 2, box: { x: 3, y: 1, width: 1, height: 2 } },
      { classId: 1, pixels: 1, box: { x: 0, y: 3, width: 1, height: 1 } },
    ]);
    expect(connectedObjects(grid("..#"))).toEqual([]);
  });

  it("equals the slow twin", () => {
    const side = fc.integer({ min: 1, max: 8 });
    const maps = fc
      .tuple(side, side)
      .chain(([height, width]) =>
        fc
          .array(fc.constantFrom(0, 1, 1, 2, 255), { minLength: height * width, maxLength: height * width })
          .map((values) => labelMap(Uint8Array.from(values), height, width)),
      );
    fc.assert(
      fc.property(maps, (labels) => {
        expect(connectedObjects(labels)).toEqual(slowObjects(labels));
      }),
    );
  });
});

describe("instanceObjects", () => {
  it("by hand: touching objects stay apart, the class is the most frequent one", () => {
    const labels = grid("1122# 1122. .3...");
    const instances = grid("11225 11224 ...3.");
    expect(instanceObjects(labels, instances)).toEqual([
      { classId: 1, pixels: 4, box: { x: 0, y: 0, width: 2, height: 2 } },
      { classId: 2, pixels: 4, box: { x: 2, y: 0, width: 2, height: 2 } },
    ]); // 3 and 4 lie on background, 5 on void
  });

  it("refuses another size", () => {
    expect(() => instanceObjects(grid("11"), grid("1 1"))).toThrow(ShapeError);
    expect(() => instanceObjects(grid("11"), grid("1 1"))).toThrow(/1x2 .*got 2x1/);
  });
});
