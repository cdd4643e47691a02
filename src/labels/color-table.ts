/** Label maps that were saved as colours: the palette, inverted. */
import { FormatError } from "../errors.ts";
import type { Png, Rgb } from "../image/index.ts";
import type { Palette } from "./palette.ts";

/**
 * Turns colours into label values.
 *
 * @param data - RGB, uint8, shape `[height, width, 3]`.
 * @param palette - Colours by label value; of equal colours the first counts.
 * @param name - Named in errors.
 * @returns Label values, uint8, shape `[height, width]`.
 * @throws {FormatError} if a colour is not in the table; it says how many, where the first is and what is nearest.
 */
export function labelsFromColors(png: Png, palette: Palette, name: string): Uint8Array {
  const values = new Map<number, number>();
  palette.forEach((color, value) => {
    if (!values.has(keyOf(color))) values.set(keyOf(color), value);
  });
  const pixels = png.height * png.width;
  const labels = new Uint8Array(pixels);
  const unknown = new Set<number>();
  let [first, count] = [-1, 0];
  for (let i = 0; i < pixels; i++) {
    const key = (png.data[3 * i]! << 16) | (png.data[3 * i + 1]! << 8) | png.data[3 * i + 2]!;
    const value = values.get(key);
    if (value === undefined) {
      if (first < 0) first = i;
      count++;
      if (unknown.size < MOST_COLORS) unknown.add(key);
    } else labels[i] = value;
  }
  if (first >= 0) throw unknownColors(png, palette, { first, count, colors: unknown.size }, name);
  return labels;
}

/** For each index of an indexed picture, the label value whose colour its palette entry is. */
export function labelsFromIndexColors(png: Png, palette: Palette, name: string): Uint8Array {
  const data = new Uint8Array(png.data.length * 3);
  for (let i = 0; i < png.data.length; i++) data.set(png.palette[png.data[i]!]!, 3 * i);
  return labelsFromColors({ ...png, kind: "rgb", data }, palette, name);
}

/** Distinct colours that an error counts; a photo given as a label map has far more. */
const MOST_COLORS = 1000;

function unknownColors(
  png: Png,
  palette: Palette,
  { first, count, colors }: { first: number; count: number; colors: number },
  name: string,
): FormatError {
  const color: Rgb = [png.data[3 * first]!, png.data[3 * first + 1]!, png.data[3 * first + 2]!];
  const nearest = nearestValue(color, palette);
  const near = palette[nearest] ?? [0, 0, 0];
  return new FormatError(
    `decodeLabelMap: ${name}: expected colours of the table, got ${count} pixels of ${colors}${colors === MOST_COLORS ? " or more" : ""} other colours, first ` +
      `(${color.join(", ")}) at (${first % png.width}, ${Math.floor(first / png.width)}); nearest is class ${nearest}, ` +
      `(${near.join(", ")}). ${adviceFor(png, color, near)}`,
  );
}

function adviceFor(png: Png, color: Rgb, near: Rgb): string {
  const grey = png.data.every((value, i) => value === png.data[i - (i % 3)]);
  if (grey) return "All pixels are grey: if the grey values are the classes, save the label maps as grey, not RGB.";
  if (Math.max(...color.map((value, c) => Math.abs(value - near[c]!))) <= 16) {
    return "Colours that are slightly off come from JPEG compression or smooth resizing: export the label maps again as PNG.";
  }
  return "Colours of another table: save the label maps as indexed or grey, so that the values are the classes.";
}

function nearestValue(color: Rgb, palette: Palette): number {
  const distances = palette.map((other) => color.reduce((sum, value, c) => sum + (value - other[c]!) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

function keyOf([red, green, blue]: Rgb): number {
  return (red << 16) | (green << 8) | blue;
}
