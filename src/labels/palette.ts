/** Palettes: the colour of each of the 256 label values. In an indexed label map the index counts, colour is decoration. */
import type { Rgb } from "../image/index.ts";

/** 256 colours, by label value. */
export type Palette = readonly Rgb[];

/**
 * The VOC palette: the bits of a value, three at a time from the low end, go to red, green and blue from the high end.
 *
 * @see M. Everingham et al., The PASCAL Visual Object Classes Challenge, development kit (VOClabelcolormap).
 */
export const VOC_PALETTE: Palette = Object.freeze(Array.from({ length: 256 }, (_, value) => vocColor(value)));

function vocColor(value: number): Rgb {
  let [red, green, blue] = [0, 0, 0];
  for (let i = 0; i < 8; i++) {
    const bits = value >> (3 * i);
    red |= (bits & 1) << (7 - i);
    green |= ((bits >> 1) & 1) << (7 - i);
    blue |= ((bits >> 2) & 1) << (7 - i);
  }
  return [red, green, blue];
}
