/**
 * Labels as an indexed PNG with the VOC palette, and the difference between a PNG and labels. It stands on its own so that
 * label maps can be filled and tested without a build; a test holds its palette against the library's.
 */
import { decode, encode } from "fast-png";

/** Bits of a value, three at a time from the low end, go to red, green and blue from the high end (VOClabelcolormap). */
const PALETTE: [number, number, number][] = Array.from({ length: 256 }, (_, value) => {
  const color: [number, number, number] = [0, 0, 0];
  for (let bit = 0; bit < 24; bit++) {
    const channel = bit % 3;
    color[channel]! |= ((value >> bit) & 1) << (7 - Math.floor(bit / 3));
  }
  return color;
});

/** Encodes labels, uint8, shape `[height, width]`, as an 8-bit indexed PNG. */
export function encodeLabels(labels: Uint8Array, width: number, height: number): Uint8Array {
  return encode({ width, height, data: labels, depth: 8, channels: 1, palette: PALETTE });
}

/** Says in which way a PNG is not the indexed PNG of these labels; undefined if it is. */
export function labelDifference(
  png: Uint8Array,
  labels: Uint8Array,
  width: number,
  height: number,
): string | undefined {
  const map = decode(png);
  if (map.width !== width || map.height !== height) {
    return `is ${map.width} x ${map.height} px and should be ${width} x ${height}`;
  }
  if (map.depth !== 8 || JSON.stringify(map.palette) !== JSON.stringify(PALETTE)) {
    return "is not an 8-bit indexed PNG with the VOC palette";
  }
  const at = labels.findIndex((label, i) => label !== map.data[i]);
  if (at < 0) return undefined;
  return `holds ${map.data[at]} at (${at % width}, ${Math.floor(at / width)}), where the polygons say ${labels[at]}`;
}
