import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { image } from "./image.ts";
import { cropImage } from "./resize.ts";
import { turnedCrop } from "./turned-crop.ts";

const FILL = [1, 2, 3] as const;

/** Grey values as a picture. */
function grey(rows: readonly (readonly number[])[]): ReturnType<typeof image> {
  const values = rows.flat().flatMap((value) => [value, value, value]);
  return image(Uint8Array.from(values), rows.length, rows[0]?.length ?? 0);
}

function greyRows({ data, height, width }: ReturnType<typeof image>): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => data[(y * width + x) * 3] ?? -1),
  );
}

const PHOTO = grey([
  [10, 20, 30],
  [40, 50, 60],
  [70, 80, 90],
]);
const WHOLE = { x: 0, y: 0, width: 3, height: 3 };
const SIZE = { height: 3, width: 3 };

describe("turnedCrop", () => {
  it("turns what is seen counter-clockwise: a quarter brings the right column to the top", () => {
    expect(greyRows(turnedCrop(PHOTO, WHOLE, SIZE, 90, FILL))).toEqual([
      [30, 60, 90],
      [20, 50, 80],
      [10, 40, 70],
    ]);
    expect(greyRows(turnedCrop(PHOTO, WHOLE, SIZE, 180, FILL))).toEqual([
      [90, 80, 70],
      [60, 50, 40],
      [30, 20, 10],
    ]);
  });

  it("fills what lies outside: the corners of an eighth of a turn", () => {
    const turned = turnedCrop(PHOTO, WHOLE, { height: 5, width: 5 }, 45, FILL);
    expect([...turned.data.subarray(0, 3)]).toEqual([...FILL]);
    expect(greyRows(turned)[2]?.[2]).toBe(50);
  });

  it("is cropImage where it is not turned", () => {
    const box = { x: -0.5, y: 0.2, width: 2.5, height: 3.1 };
    expect(turnedCrop(PHOTO, box, { height: 4, width: 5 }, 0, FILL)).toEqual(
      cropImage(PHOTO, box, { height: 4, width: 5 }, FILL),
    );
  });

  it("does not mix the fill into what is inside", () => {
    const { data } = turnedCrop(PHOTO, { x: -2, y: -1, width: 7, height: 6 }, { height: 40, width: 50 }, 33, [0, 0, 0]);
    const seen = data.filter((value) => value !== 0);
    expect(seen.length).toBeGreaterThan(0);
    expect(Math.min(...seen)).toBe(10);
  });

  it("keeps one colour, however it is turned and scaled", () => {
    const plain = grey(Array.from({ length: 9 }, () => new Array<number>(7).fill(123)));
    fc.assert(
      fc.property(fc.double({ min: -180, max: 180, noNaN: true }), fc.integer({ min: 1, max: 20 }), (degrees, side) => {
        const box = { x: 2, y: 3, width: 3, height: 3 };
        const { data } = turnedCrop(plain, box, { height: side, width: side }, degrees, [123, 123, 123]);
        expect(data.every((value) => value === 123)).toBe(true);
      }),
    );
  });
});
