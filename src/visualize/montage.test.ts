import { expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { type Image, solidImage } from "../image/index.ts";
import { montage } from "./montage.ts";

const at = (picture: Image, x: number, y: number) => [
  ...picture.data.subarray((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3),
];

it("puts pictures in rows, makes large ones fit and keeps proportions", () => {
  const red = { picture: solidImage({ height: 40, width: 80 }, [200, 0, 0]) };
  const green = { picture: solidImage({ height: 10, width: 4 }, [0, 200, 0]) };
  const blue = { picture: solidImage({ height: 20, width: 20 }, [0, 0, 200]) };
  const sheet = montage([red, green, blue], { columns: 2, tileSize: 20 });
  // Two tiles of 20 px and three gaps of 8; rows of 10 px (red at a quarter of its size, green) and of 20 px.
  expect([sheet.width, sheet.height]).toEqual([64, 54]);
  expect(at(sheet, 8, 8)).toEqual([200, 0, 0]);
  expect(at(sheet, 27, 17)).toEqual([200, 0, 0]);
  expect(at(sheet, 28, 8)).toEqual([255, 255, 255]);
  expect([at(sheet, 43, 8), at(sheet, 44, 8), at(sheet, 47, 17), at(sheet, 48, 8)]).toEqual([
    [255, 255, 255],
    [0, 200, 0],
    [0, 200, 0],
    [255, 255, 255],
  ]);
  expect(at(sheet, 8, 26)).toEqual([0, 0, 200]);
});

it("leaves room for captions in rows that have one, and cuts long ones off", () => {
  const picture = solidImage({ height: 20, width: 20 }, [9, 9, 9]);
  const plain = montage([{ picture }, { picture }], { columns: 1, tileSize: 40 });
  const named = montage([{ picture, caption: "a very long caption" }, { picture }], { columns: 1, tileSize: 40 });
  expect(named.height).toBe(plain.height + 26);
  expect(named.width).toBe(plain.width);
  const dark = (x: number) => Array.from({ length: 18 }, (_, y) => at(named, x, 36 + y)[0]).includes(32);
  expect(Array.from({ length: 40 }, (_, x) => x + 8).some(dark)).toBe(true);
  expect([...Array(8).keys()].some(dark) || [...Array(8).keys()].some((x) => dark(48 + x))).toBe(false);
});

it("refuses an empty sheet and odd numbers", () => {
  expect(() => montage([])).toThrow(OptionError);
  expect(() => montage([])).toThrow(/tiles a whole number of at least 1, got 0/);
  expect(() => montage([{ picture: solidImage({ height: 1, width: 1 }, [0, 0, 0]) }], { columns: 0 })).toThrow(
    /columns .*got 0/,
  );
});
