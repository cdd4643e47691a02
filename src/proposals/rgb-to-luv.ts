/** CIE LUV as structured edges use it, scaled to about [0, 1]. */

import type { FloatPlane } from "./edge-map.ts";
import type { RgbImage } from "./rgb-image.ts";

const SCALE = 1 / 270;
const U_SHIFT = 88 * SCALE;
const V_SHIFT = 134 * SCALE;
/** Chromaticity of the white point. */
const WHITE_U = 0.197833;
const WHITE_V = 0.468331;

/** Lightness for luminance in steps of 1/1024, as published; the last steps repeat for rounding above 1. */
const LIGHTNESS = Float32Array.from({ length: 1064 }, (_, step) => {
  const luminance = Math.min(step, 1023) / 1024;
  const slope = (29 / 3) ** 3;
  return SCALE * (luminance > 8 / slope ? 116 * Math.cbrt(luminance) - 16 : luminance * slope);
});

/**
 * Converts to L, U and V, each divided by 270 and shifted to be positive.
 *
 * @param image - RGB, uint8, `[height, width, 3]`.
 * @returns Three float32 planes `[height, width]`.
 */
export function rgbToLuv({ data, width, height }: RgbImage): [FloatPlane, FloatPlane, FloatPlane] {
  const l = new Float32Array(width * height);
  const u = new Float32Array(width * height);
  const v = new Float32Array(width * height);
  for (let i = 0; i < l.length; i++) {
    const red = data[3 * i]! / 255;
    const green = data[3 * i + 1]! / 255;
    const blue = data[3 * i + 2]! / 255;
    const x = 0.430574 * red + 0.34155 * green + 0.178325 * blue;
    const y = 0.222015 * red + 0.706655 * green + 0.07133 * blue;
    const z = 0.020183 * red + 0.129553 * green + 0.93918 * blue;
    const lightness = LIGHTNESS[Math.floor(1024 * y)]!;
    const perSum = 1 / (x + 15 * y + 3 * z + 1e-35);
    l[i] = lightness;
    u[i] = lightness * 13 * (4 * x * perSum - WHITE_U) + U_SHIFT;
    v[i] = lightness * 13 * (9 * y * perSum - WHITE_V) + V_SHIFT;
  }
  return [
    { data: l, width, height },
    { data: u, width, height },
    { data: v, width, height },
  ];
}
