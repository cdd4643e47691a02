import { describe, expect, it } from "vitest";
import type { Image } from "../image/index.ts";
import { createCanvas, drawText, fillRectangle, LINE_HEIGHT, paste, textWidth } from "./canvas.ts";
import { GLYPHS } from "./glyphs.ts";

/** The picture as a grid: `#` where it is black. */
function grid(picture: Image): string[] {
  return Array.from({ length: picture.height }, (_, y) =>
    Array.from({ length: picture.width }, (_, x) => (picture.data[(y * picture.width + x) * 3] === 0 ? "#" : ".")).join(
      "",
    ),
  );
}
const paper = (height: number, width: number) => createCanvas({ height, width }, [255, 255, 255]);
const BLACK = [0, 0, 0] as const;

describe("the canvas", () => {
  it("fills and pastes, and cuts off what lies outside", () => {
    const canvas = paper(3, 4);
    fillRectangle(canvas, -1, -1, 2, 3, BLACK);
    paste(canvas, createCanvas({ height: 2, width: 3 }, BLACK), 3, 2);
    expect(grid(canvas)).toEqual(["#...", "#...", "...#"]);
    paste(canvas, createCanvas({ height: 1, width: 2 }, BLACK), -1, 2);
    paste(canvas, createCanvas({ height: 9, width: 9 }, BLACK), 40, 0);
    expect(grid(canvas)).toEqual(["#...", "#...", "#..#"]);
  });

  it("draws text with one column between letters, at any scale", () => {
    const canvas = paper(7, textWidth("iT"));
    drawText(canvas, "iT", 0, 0, BLACK);
    expect(grid(canvas)).toEqual(["#.#####", "....#..", "#...#..", "#...#..", "#...#..", "#...#..", "#...#.."]);
    const large = paper(14, textWidth("iT", 2));
    drawText(large, "iT", 0, 0, BLACK, 2);
    expect(grid(large)[1]).toBe("##..##########");
    expect(textWidth("")).toBe(0);
  });

  it("draws a box for characters that it does not have", () => {
    const canvas = paper(7, 4);
    drawText(canvas, "é", 0, 0, BLACK);
    expect(grid(canvas)).toEqual(["####", "#..#", "#..#", "#..#", "#..#", "#..#", "####"]);
  });
});

describe("the glyphs", () => {
  it("have rows of one width, fit the line, and are all different", () => {
    for (const [character, glyph] of Object.entries(GLYPHS)) {
      const rows = glyph.split("/");
      expect(new Set(rows.map((row) => row.length)).size, character).toBe(1);
      expect(rows.length, character).toBeLessThanOrEqual(LINE_HEIGHT);
      expect(glyph, character).toMatch(/^[#./]+$/);
    }
    expect(new Set(Object.values(GLYPHS)).size).toBe(Object.keys(GLYPHS).length);
    for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 %.,-_()") {
      expect(GLYPHS[character], character).toBeDefined();
    }
  });
});
