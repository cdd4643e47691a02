/** The chunks of a PNG, walked without decoding anything: the header and where the pixel data lies. */
import { FormatError } from "../errors.ts";
import type { Rgb } from "./image.ts";

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 2 | 4 | 8 | 16;
  readonly color: "indexed" | "grey" | "rgb";
  readonly alpha: boolean;
  /** Samples a pixel, alpha included. */
  readonly channels: number;
  readonly interlaced: boolean;
  /** Bytes of pixel data after inflation: rows of packed samples, each with its filter byte. */
  readonly inflatedSize: number;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Colour types of the specification, with the depths each may have. */
const COLOR_TYPES: Readonly<
  Record<number, { color: PngHeader["color"]; alpha: boolean; channels: number; bits: readonly number[] }>
> = {
  0: { color: "grey", alpha: false, channels: 1, bits: [1, 2, 4, 8, 16] },
  2: { color: "rgb", alpha: false, channels: 3, bits: [8, 16] },
  3: { color: "indexed", alpha: false, channels: 1, bits: [1, 2, 4, 8] },
  4: { color: "grey", alpha: true, channels: 2, bits: [8, 16] },
  6: { color: "rgb", alpha: true, channels: 4, bits: [8, 16] },
};

const CRITICAL = ["IHDR", "PLTE", "IDAT", "IEND"];

export interface PngChunks {
  readonly header: PngHeader;
  /** The compressed pixel data. */
  readonly deflated: Uint8Array;
  /** Red, green and blue of each colour; without a palette empty. */
  readonly palette: Uint8Array;
  /** The file with only the chunks that a decoder must know. */
  readonly critical: Uint8Array;
}

/** True if the bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** How a PNG stores its samples, from the header alone; `undefined` if it has none that makes sense. */
export function pngStorage(bytes: Uint8Array): Pick<PngHeader, "bits" | "color" | "alpha"> | undefined {
  const [bits, kind] = [bytes[24] ?? 0, COLOR_TYPES[bytes[25] ?? -1]];
  if (!isPng(bytes) || !kind?.bits.includes(bits)) return undefined;
  return { bits: bits as PngHeader["bits"], color: kind.color, alpha: kind.alpha };
}

/** The palette of a PNG that can be read; without one empty. */
export function pngPalette(bytes: Uint8Array, name: string): Rgb[] {
  const { palette } = readPngChunks(bytes, name);
  return Array.from(
    { length: palette.length / 3 },
    (_, i): Rgb => [palette[3 * i]!, palette[3 * i + 1]!, palette[3 * i + 2]!],
  );
}

/**
 * Walks the chunks from the header to the end mark.
 *
 * @throws {FormatError} if the file is no PNG, is cut off, or its header makes no sense.
 */
export function readPngChunks(bytes: Uint8Array, name: string): PngChunks {
  if (!isPng(bytes)) {
    const first = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new FormatError(`decodePng: ${name}: expected a PNG, got ${bytes.length} bytes that begin with "${first}".`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE.length)];
  let header: PngHeader | undefined;
  let palette = new Uint8Array(0);
  for (let at = SIGNATURE.length; ; ) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (at + 12 + length > bytes.length) {
      throw new FormatError(`decodePng: ${name}: expected an IEND chunk, got a file cut off at ${bytes.length} bytes.`);
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (header === undefined)
      header = readHeader(type, new DataView(view.buffer, view.byteOffset + at + 8, length), name);
    if (type === "PLTE") palette = bytes.slice(at + 8, at + 8 + length);
    if (type === "IDAT") data.push(bytes.subarray(at + 8, at + 8 + length));
    if (CRITICAL.includes(type)) kept.push(bytes.subarray(at, at + 12 + length));
    if (type === "IEND") return { header, deflated: concatenate(data), palette, critical: concatenate(kept) };
    at += 12 + length;
  }
}

function readHeader(type: string, chunk: DataView, name: string): PngHeader {
  if (type !== "IHDR" || chunk.byteLength !== 13) {
    throw new FormatError(
      `decodePng: ${name}: expected an IHDR chunk of 13 bytes first, got ${type} of ${chunk.byteLength}.`,
    );
  }
  const [width, height, bits] = [chunk.getUint32(0), chunk.getUint32(4), chunk.getUint8(8)];
  const kind = COLOR_TYPES[chunk.getUint8(9)];
  const interlace = chunk.getUint8(12);
  if (width === 0 || height === 0 || kind === undefined || !kind.bits.includes(bits) || interlace > 1) {
    throw new FormatError(
      `decodePng: ${name}: expected a valid header, got ${width}x${height}, ${bits} bits, colour type ` +
        `${chunk.getUint8(9)}, interlace ${interlace}.`,
    );
  }
  const interlaced = interlace === 1;
  const { color, alpha, channels } = kind;
  const passes = interlaced ? ADAM7 : [[0, 0, 1, 1] as const];
  const inflatedSize = passes.reduce((sum, [x, y, stepX, stepY]) => {
    const [columns, rows] = [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)];
    return columns <= 0 || rows <= 0 ? sum : sum + rows * (1 + Math.ceil((columns * channels * bits) / 8));
  }, 0);
  return { width, height, bits: bits as PngHeader["bits"], color, alpha, channels, interlaced, inflatedSize };
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** First column, first row and steps of the seven passes of an interlaced picture. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
