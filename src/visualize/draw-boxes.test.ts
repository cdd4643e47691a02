import { expect, test } from "vitest";
import { solidImage } from "../image/index.ts";
import { drawBoxes } from "./index.ts";

/** Which pixels are not black: `#`; those of the first box's colour: `1`. */
function grid({ data, width, height }: ReturnType<typeof solidImage>): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_x, x) => {
      const at = 3 * (y * width + x);
      if (data[at] === 0) return ".";
      return data[at] === 255 ? "1" : "#";
    }).join(""),
  );
}

test("outlines lie inside their boxes, the first in front, parts outside are cut off", () => {
  const photo = solidImage({ height: 6, width: 8 }, [0, 0, 0]);
  const picture = drawBoxes(photo, [
    { x: 0, y: 0, width: 4, height: 4 },
    { x: 3, y: 2, width: 20, height: 3 },
  ]);
  expect(grid(picture)).toEqual(["1111....", "1..1....", "1..1####", "1111....", "...#####", "........"]);
  expect(photo.data.every((value) => value === 0)).toBe(true);
});
