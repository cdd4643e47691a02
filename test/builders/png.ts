/** PNG files made chunk by chunk, so that tests can make every legal and illegal one. */
import { crc32, deflateSync } from "node:zlib";

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly colorType: number;
  readonly interlace?: number;
  /** Rows of packed samples without their filter bytes. */
  readonly rows: readonly Uint8Array[];
  readonly palette?: readonly (readonly number[])[];
  /** Chunks put before the pixel data. */
  readonly extra?: readonly Uint8Array[];
  /** Replaces the compressed pixel data. */
  readonly deflated?: Uint8Array;
}

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, "latin1");
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

export function buildPng(parts: PngParts): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(parts.width, 0);
  header.writeUInt32BE(parts.height, 4);
  header.set([parts.bits, parts.colorType, 0, 0, parts.interlace ?? 0], 8);
  const raw = Buffer.concat(parts.rows.map((row) => Buffer.concat([Buffer.of(0), row])));
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk("IHDR", header),
    ...(parts.palette === undefined ? [] : [pngChunk("PLTE", Uint8Array.from(parts.palette.flat()))]),
    ...(parts.extra ?? []),
    pngChunk("IDAT", parts.deflated ?? deflateSync(raw)),
    pngChunk("IEND", new Uint8Array(0)),
  ]);
}

/** Packs samples of 1, 2, 4 or 8 bits into bytes, the first sample in the highest bits. */
export function packRow(samples: readonly number[], bits: number): Uint8Array {
  const row = new Uint8Array(Math.ceil((samples.length * bits) / 8));
  samples.forEach((sample, x) => {
    const bit = x * bits;
    row[bit >> 3] = (row[bit >> 3] ?? 0) | (sample << (8 - bits - (bit & 7)));
  });
  return row;
}
