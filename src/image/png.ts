/**
 * Reading and writing PNG without expanding the palette: the stored index of a pixel is what a label map is about.
 * fast-png decodes; what is in front of it is for hostile files: truncation, bombs and sizes are found before memory is
 * taken, and chunks that do not matter (text, colour profiles that inflate) never reach it.
 */
import { decode, encode } from "fast-png";
import { unzlibSync } from "fflate";
import { FormatError } from "../errors.ts";
import type { Rgb } from "./image.ts";
import { type PngHeader, readPngChunks } from "./png-chunks.ts";

/** The pixels of a PNG as stored. */
export interface Png {
  readonly height: number;
  readonly width: number;
  /** `indexed`: palette indices; `grey`: grey values as stored, 0 to 2^bits - 1; `rgb`: 0-255. */
  readonly kind: "indexed" | "grey" | "rgb";
  /** Bits of a sample in the file. */
  readonly bits: 1 | 2 | 4 | 8;
  /** Uint8, shape `[height, width]`; of `rgb` `[height, width, 3]`. */
  readonly data: Uint8Array;
  /** The palette of an `indexed` picture; else empty. */
  readonly palette: readonly Rgb[];
  /** True if some pixel is not opaque according to an alpha channel, which is dropped. */
  readonly translucent: boolean;
}

export interface PngLimits {
  /** Pictures with more pixels are refused before they are decoded. */
  readonly maxPixels?: number;
}

export const PNG_DEFAULTS: Required<PngLimits> = Object.freeze({ maxPixels: 100_000_000 });

/**
 * Decodes a PNG of 1, 2, 4 or 8 bits: indexed, grey or RGB, with or without alpha.
 *
 * @param bytes - The file.
 * @param name - Named in errors, e.g. the path.
 * @throws {FormatError} if it is not a PNG, is damaged, has 16 bits, or is larger than the limit.
 */
export function decodePng(bytes: Uint8Array, name: string, limits: PngLimits = {}): Png {
  const { maxPixels } = { ...PNG_DEFAULTS, ...limits };
  const { header, deflated, critical } = readPngChunks(bytes, name);
  const { height, width, bits, color, interlaced } = header;
  if (height * width > maxPixels) {
    throw new FormatError(
      `decodePng: ${name}: expected at most ${maxPixels} pixels, got ${width}x${height} = ${width * height}.`,
    );
  }
  if (bits === 16) {
    throw new FormatError(`decodePng: ${name}: expected 1, 2, 4 or 8 bits a sample, got 16. Save it with 8 bits.`);
  }
  if (interlaced && bits < 8) {
    throw new FormatError(
      `decodePng: ${name}: expected no interlacing below 8 bits, got ${bits} bits. Save it without.`,
    );
  }
  checkInflatedSize(deflated, header, name);
  let decoded: ReturnType<typeof decode>;
  try {
    decoded = decode(critical, { checkCrc: true });
  } catch (error) {
    throw new FormatError(`decodePng: ${name}: expected a PNG, got one that is damaged (${reasonOf(error)}).`, {
      cause: error,
    });
  }
  const samples = unpackBits(new Uint8Array(decoded.data.buffer, decoded.data.byteOffset, decoded.data.length), header);
  const palette = (decoded.palette ?? []).map(([r = 0, g = 0, b = 0]): Rgb => [r, g, b]);
  if (color === "indexed") checkIndices(samples, palette.length, name);
  const split = header.alpha ? splitAlpha(samples, header.channels) : { data: samples, translucent: false };
  return { height, width, kind: color, bits, palette: color === "indexed" ? palette : [], ...split };
}

/**
 * Encodes an indexed picture with 8 bits a pixel. The same input gives the same bytes.
 *
 * @param data - Palette indices, uint8, shape `[height, width]`.
 * @param palette - 256 colours at most; each index must have one.
 */
export function encodeIndexedPng(data: Uint8Array, height: number, width: number, palette: readonly Rgb[]): Uint8Array {
  return encode(
    { width, height, data, channels: 1, depth: 8, palette: palette.map((color) => [...color]) },
    {
      zlib: { level: 6 },
    },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Inflates into a buffer with room for one byte more than there should be: a bomb has nowhere to go, a gap shows. */
function checkInflatedSize(deflated: Uint8Array, header: PngHeader, name: string): void {
  let size: number;
  try {
    size = unzlibSync(deflated, { out: new Uint8Array(header.inflatedSize + 1) }).length;
  } catch (error) {
    throw new FormatError(`decodePng: ${name}: expected a PNG, got damaged pixel data (${reasonOf(error)}).`, {
      cause: error,
    });
  }
  if (size !== header.inflatedSize) {
    throw new FormatError(
      `decodePng: ${name}: expected ${header.inflatedSize} bytes of pixel data for ${header.width}x${header.height}, ` +
        `got ${size > header.inflatedSize ? "more" : size}.`,
    );
  }
}

/** One byte a sample; rows of packed samples start at whole bytes. */
function unpackBits(packed: Uint8Array, { height, width, bits, channels }: PngHeader): Uint8Array {
  if (bits >= 8) return packed;
  const samples = width * channels;
  const rowBytes = Math.ceil((samples * bits) / 8);
  const mask = (1 << bits) - 1;
  const unpacked = new Uint8Array(height * samples);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < samples; x++) {
      const bit = x * bits;
      unpacked[y * samples + x] = (packed[y * rowBytes + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask;
    }
  }
  return unpacked;
}

function checkIndices(indices: Uint8Array, colors: number, name: string): void {
  let largest = 0;
  for (let i = 0; i < indices.length; i++) if (indices[i]! > largest) largest = indices[i]!;
  if (largest < colors) return;
  throw new FormatError(
    `decodePng: ${name}: expected indices below ${colors}, the size of the palette, got ${largest}.`,
  );
}

function splitAlpha(samples: Uint8Array, channels: number): { data: Uint8Array; translucent: boolean } {
  const pixels = samples.length / channels;
  const data = new Uint8Array(pixels * (channels - 1));
  let translucent = false;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < channels - 1; c++) data[i * (channels - 1) + c] = samples[i * channels + c]!;
    if (samples[i * channels + channels - 1] !== 255) translucent = true;
  }
  return { data, translucent };
}
