/** Drawing on RGB pictures: rectangles, other pictures and text. Only here are pictures changed in place. */
import { type Image, type Rgb, type Size, solidImage } from "../image/index.ts";
import { GLYPHS } from "./glyphs.ts";

/** Height of a line of text at scale 1, px: 7 of capitals and 2 of descenders. */
export const LINE_HEIGHT = 9;

/** A picture to draw on. */
export function createCanvas(size: Size, color: Rgb): Image {
  return solidImage(size, color);
}

/** Fills the part of a rectangle that lies on the canvas. */
export function fillRectangle(canvas: Image, x: number, y: number, width: number, height: number, color: Rgb): void {
  for (let row = Math.max(0, y); row < Math.min(canvas.height, y + height); row++) {
    for (let column = Math.max(0, x); column < Math.min(canvas.width, x + width); column++) {
      canvas.data.set(color, (row * canvas.width + column) * 3);
    }
  }
}

/** Copies a picture onto the canvas; what lies outside is cut off. */
export function paste(canvas: Image, picture: Image, x: number, y: number): void {
  const [left, right] = [Math.max(0, -x), Math.min(picture.width, canvas.width - x)];
  if (left >= right) return;
  for (let row = Math.max(0, -y); row < Math.min(picture.height, canvas.height - y); row++) {
    const from = row * picture.width * 3;
    canvas.data.set(
      picture.data.subarray(from + left * 3, from + right * 3),
      ((y + row) * canvas.width + x + left) * 3,
    );
  }
}

/** Draws a line of text with its upper left corner at (x, y). */
export function drawText(canvas: Image, text: string, x: number, y: number, color: Rgb, scale = 1): void {
  let left = x;
  for (const character of text) {
    const rows = glyphOf(character);
    rows.forEach((row, dy) => {
      [...row].forEach((cell, dx) => {
        if (cell === "#") fillRectangle(canvas, left + dx * scale, y + dy * scale, scale, scale, color);
      });
    });
    left += ((rows[0]?.length ?? 0) + 1) * scale;
  }
}

/** Width of a line of text, px. */
export function textWidth(text: string, scale = 1): number {
  const columns = [...text].reduce((sum, character) => sum + (glyphOf(character)[0]?.length ?? 0) + 1, 0);
  return Math.max(0, columns - 1) * scale;
}

function glyphOf(character: string): string[] {
  return (GLYPHS[character] ?? GLYPHS["\uFFFD"] ?? "").split("/");
}
