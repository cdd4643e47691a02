/**
 * The features of the structured forest: 13 channels at half resolution, smoothed little (regular features) and much
 * (self-similarity features), and how a feature's number names a place in them.
 *
 * Source: Dollár and Zitnick, "Fast Edge Detection Using Structured Forests", PAMI 2015, section 4.1; the conventions
 * (nearest orientation bin, borders, rounding of sizes) are OpenCV's.
 */

import type { FloatPlane } from "./edge-map.ts";
import { resizePlane } from "./resize-plane.ts";
import type { RgbImage } from "./rgb-image.ts";
import { rgbToLuv } from "./rgb-to-luv.ts";
import { smoothTriangle } from "./triangle-filter.ts";

/** Side of the image patch that a tree sees and of the inner patch whose edges it votes on, px. */
export const PATCH_SIZE = 32;
export const INNER_SIZE = 16;
/** Image pixels a channel pixel, and between patches. */
export const SHRINK = 2;
export const STRIDE = 2;
/** L, U, V, and for each of two scales the gradient magnitude and its 4 orientations. */
export const CHANNELS = 13;
export const ORIENTATIONS = 4;
/** Side of a patch in channel pixels, and of its grid of self-similarity cells. */
export const CELLS = PATCH_SIZE / SHRINK;
export const GRID_SIZE = 5;
/** Radii of the triangle filters, in channel pixels for the features, image pixels for the gradient. */
export const REGULAR_RADIUS = 2;
export const SELF_SIMILARITY_RADIUS = 8;
export const NORMALISATION_RADIUS = 4;

/** Regular features come first: 256 places in each channel. */
export const REGULAR_FEATURES = CELLS * CELLS * CHANNELS;
const GRID_PAIRS = (GRID_SIZE ** 2 * (GRID_SIZE ** 2 - 1)) / 2;
export const FEATURES = REGULAR_FEATURES + GRID_PAIRS * CHANNELS;

/** Rows and columns of the grid's cells within a patch. */
const GRID_POSITIONS = gridPositions();

function gridPositions(): readonly number[] {
  const half = Math.round(CELLS / (2 * GRID_SIZE));
  return Array.from({ length: GRID_SIZE }, (_, i) =>
    Math.floor(((i + 1) * (CELLS + 2 * half - 1)) / (GRID_SIZE + 1) - half + 0.5),
  );
}

/** Channels that features are read from: all of them smoothed little for regular features, then much for self-similarity. */
export const SMOOTHED_CHANNELS = 2 * CHANNELS;

/** The channels of one photo: float32 `[height, width, 26]`. */
export interface ForestFeatures {
  readonly channels: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Computes the channels of a photo that is padded by 8 px on all sides.
 *
 * @param image - RGB, uint8, `[height, width, 3]`, at least 1 x 1 px.
 */
export function forestFeatures(image: RgbImage): ForestFeatures {
  const luv = padPlanes(rgbToLuv(image), (PATCH_SIZE - INNER_SIZE) / 2);
  const full = luv[0]!;
  const width = roundHalfEven(full.width / SHRINK);
  const height = roundHalfEven(full.height / SHRINK);
  const small = luv.map((plane) => resizePlane(plane, width, height));
  const channels = [
    ...small,
    ...gradientChannels(luv, SHRINK).map((plane) => resizePlane(plane, width, height)),
    ...gradientChannels(small, 1),
  ];
  const smoothed = [REGULAR_RADIUS, SELF_SIMILARITY_RADIUS].flatMap((radius) =>
    channels.map((plane) => smoothTriangle(plane, Math.round(radius / SHRINK)).data),
  );
  return { channels: interleave(smoothed, width * height), width, height };
}

/** Pixels that are put together at a time: what is written stays in the first cache while the planes take turns. */
const INTERLEAVED = 128;

/** Makes `[pixels, planes]` of planes. */
function interleave(planes: readonly Float32Array[], pixels: number): Float32Array {
  const out = new Float32Array(planes.length * pixels);
  for (let begin = 0; begin < pixels; begin += INTERLEAVED) {
    const end = Math.min(begin + INTERLEAVED, pixels);
    planes.forEach((plane, z) => {
      scatter(plane, begin, end, out, planes.length, z);
    });
  }
  return out;
}

function scatter(
  plane: Float32Array,
  begin: number,
  end: number,
  out: Float32Array,
  step: number,
  offset: number,
): void {
  for (let i = begin, at = begin * step + offset; i < end; i++, at += step) out[at] = plane[i]!;
}

/** How far apart neighbours lie in an array of channels: in x, in y, and from one of the 26 channels to the next. */
export interface ChannelStrides {
  readonly pixel: number;
  readonly row: number;
  readonly channel: number;
}

/** For each feature its place or its two places in the channels, from the first pixel of the patch in channel 0. */
export interface FeatureOffsets {
  /** The feature is the value at `a`, or that at `a` less that at `b`; -1 where there is no `b`. */
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** Numbers run down the columns of each channel's patch; then over all pairs of grid cells of each channel. */
export function featureOffsets(strides: ChannelStrides): FeatureOffsets {
  const a = new Int32Array(FEATURES);
  const b = new Int32Array(FEATURES).fill(-1);
  const place = (channel: number, row: number, column: number): number =>
    channel * strides.channel + row * strides.row + column * strides.pixel;
  for (let feature = 0; feature < REGULAR_FEATURES; feature++) {
    const within = feature % CELLS ** 2;
    a[feature] = place(Math.floor(feature / CELLS ** 2), within % CELLS, Math.floor(within / CELLS));
  }
  const cell = (channel: number, q: number): number =>
    place(CHANNELS + channel, GRID_POSITIONS[q % GRID_SIZE]!, GRID_POSITIONS[Math.floor(q / GRID_SIZE)]!);
  let feature = REGULAR_FEATURES;
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let first = 0; first < GRID_SIZE ** 2; first++) {
      for (let second = first + 1; second < GRID_SIZE ** 2; second++, feature++) {
        a[feature] = cell(channel, first);
        b[feature] = cell(channel, second);
      }
    }
  }
  return { a, b };
}

/** Rounds to the nearest whole number, halves to the even one. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Pads by mirroring with the outermost pixel repeated. */
function padPlanes(planes: readonly FloatPlane[], padding: number): FloatPlane[] {
  return planes.map(({ data, width, height }) => {
    const padded = { width: width + 2 * padding, height: height + 2 * padding };
    const out = new Float32Array(padded.width * padded.height);
    for (let y = 0; y < padded.height; y++) {
      const row = mirrorRepeating(y - padding, height) * width;
      for (let x = 0; x < padded.width; x++) {
        out[y * padded.width + x] = data[row + mirrorRepeating(x - padding, width)]!;
      }
    }
    return { data: out, ...padded };
  });
}

function mirrorRepeating(index: number, size: number): number {
  const wrapped = ((index % (2 * size)) + 2 * size) % (2 * size);
  return wrapped < size ? wrapped : 2 * size - 1 - wrapped;
}

/**
 * The normalised gradient magnitude and its share in each orientation.
 *
 * @param cell - The orientation channels are means over cells of this side, px.
 * @returns The magnitude at full size, then the orientation channels, smaller by `cell`.
 */
function gradientChannels(luv: readonly FloatPlane[], cell: number): FloatPlane[] {
  const { width, height } = luv[0]!;
  const { magnitude, bins } = strongestGradient(luv);
  const smooth = smoothTriangle({ data: magnitude, width, height }, NORMALISATION_RADIUS).data;
  for (let i = 0; i < magnitude.length; i++) magnitude[i] = magnitude[i]! / (smooth[i]! + 0.01);

  const cells = { width: Math.ceil(width / cell), height: Math.ceil(height / cell) };
  const orientations = Array.from({ length: ORIENTATIONS }, () => new Float32Array(cells.width * cells.height));
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / cell) * cells.width;
    for (let x = 0; x < width; x++, i++) {
      const channel = orientations[bins[i]!]!;
      const at = row + Math.floor(x / cell);
      channel[at] = channel[at]! + magnitude[i]! / cell ** 2;
    }
  }
  return [{ data: magnitude, width, height }, ...orientations.map((data) => ({ data, ...cells }))];
}

/** tan(π/8) and tan(3π/8), the borders between the orientation bins around 0, π/4 and π/2. */
const LOW_SLOPE = Math.SQRT2 - 1;
const HIGH_SLOPE = Math.SQRT2 + 1;

/** Per pixel the gradient of the colour channel where it is largest: its length and its orientation bin. */
function strongestGradient(luv: readonly FloatPlane[]): { magnitude: Float32Array; bins: Uint8Array } {
  const { width, height } = luv[0]!;
  const [l, u, v] = [luv[0]!.data, luv[1]!.data, luv[2]!.data];
  const magnitude = new Float32Array(width * height);
  const bins = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = Math.max(0, y - 1) * width;
    const below = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      const left = row + (x > 0 ? x - 1 : 0);
      const right = row + (x < width - 1 ? x + 1 : x);
      let dx = l[right]! - l[left]!;
      let dy = l[below + x]! - l[above + x]!;
      let square = dx * dx + dy * dy;
      const dxU = u[right]! - u[left]!;
      const dyU = u[below + x]! - u[above + x]!;
      const squareU = dxU * dxU + dyU * dyU;
      if (squareU > square) [dx, dy, square] = [dxU, dyU, squareU];
      const dxV = v[right]! - v[left]!;
      const dyV = v[below + x]! - v[above + x]!;
      const squareV = dxV * dxV + dyV * dyV;
      if (squareV > square) [dx, dy, square] = [dxV, dyV, squareV];
      magnitude[row + x] = Math.sqrt(square);
      bins[row + x] = orientationBin(dx, dy);
    }
  }
  return { magnitude, bins };
}

function orientationBin(dx: number, dy: number): number {
  const [wide, high] = [Math.abs(dx), Math.abs(dy)];
  if (wide + high < 1e-5 || high > HIGH_SLOPE * wide) return 2;
  if (high < LOW_SLOPE * wide) return 0;
  return dx > 0 === dy > 0 ? 1 : 3;
}
