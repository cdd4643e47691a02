import { expect, test } from "vitest";
import { solidImage } from "../image/index.ts";
import { boxColor, drawBoxes } from "./index.ts";

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

test("outlines lie inside their boxes, the first in front and thicker, parts outside are cut off", () => {
  const photo = solidImage({ height: 6, width: 8 }, [0, 0, 0]);
  const picture = drawBoxes(photo, [
    { x: 0, y: 0, width: 6, height: 6 },
    { x: 3, y: 2, width: 20, height: 3 },
  ]);
  expect(grid(picture)).toEqual(["111111..", "111111..", "11.#11##", "11.#11..", "111111##", "111111.."]);
  expect(photo.data.every((value) => value === 0)).toBe(true);
});

test("colours go from yellow by red to blue, none of them grey", () => {
  expect([0, 1, 2].map((rank) => boxColor(rank, 3))).toEqual([
    [255, 220, 40],
    [225, 45, 90],
    [40, 90, 215],
  ]);
  expect(boxColor(0, 1)).toEqual([255, 220, 40]);
  for (let rank = 0; rank < 30; rank++) {
    const color = boxColor(rank, 30);
    expect(Math.max(...color) - Math.min(...color)).toBeGreaterThan(80);
  }
});
