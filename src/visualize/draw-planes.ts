/** Maps of numbers made visible: strength as grey, direction as colour. */
import { ShapeError } from "../errors.ts";
import { type Image, image } from "../image/index.ts";

/** One float32 a pixel, `[height, width]`. */
export interface Plane {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Strengths as grey: 0 is black, 1 and more white. */
export function drawStrength({ data, width, height }: Plane): Image {
  const pixels = new Uint8Array(3 * data.length);
  for (let i = 0; i < data.length; i++) pixels.fill(level(data[i]!), 3 * i, 3 * i + 3);
  return image(pixels, height, width);
}

/**
 * Directions modulo π as colours: 0 red, π/3 green, 2π/3 blue, and back to red at π.
 *
 * @param directions - Radians.
 * @param strengths - Of the same size: 0 is black, 1 and more the full colour.
 * @throws {ShapeError} if the sizes differ.
 */
export function drawDirections(directions: Plane, strengths: Plane): Image {
  const { data, width, height } = directions;
  if (strengths.width !== width || strengths.height !== height) {
    throw new ShapeError(
      `drawDirections: expected strengths of ${width} x ${height} as the directions, got ${strengths.width} x ${strengths.height}.`,
    );
  }
  const pixels = new Uint8Array(3 * data.length);
  for (let i = 0; i < data.length; i++) {
    const turn = (3 * data[i]!) / Math.PI;
    const light = level(strengths.data[i]!);
    for (let c = 0; c < 3; c++) {
      // Full up to half-way to the next channel's direction, 0 from there on.
      const away = Math.abs(turn - c) % 3;
      const share = Math.max(0, Math.min(1, 2 - 2 * Math.min(away, 3 - away)));
      pixels[3 * i + c] = Math.round(light * share);
    }
  }
  return image(pixels, height, width);
}

function level(strength: number): number {
  return Math.round(255 * Math.max(0, Math.min(1, strength)));
}
