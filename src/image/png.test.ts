import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPng, type PngParts, packRow, pngChunk } from "../../test/builders/png.ts";
import { FormatError } from "../errors.ts";
import { decodePng, encodeIndexedPng } from "./png.ts";

const PALETTE = Array.from({ length: 256 }, (_, i) => [i, 255 - i, i ^ 85] as const);
/** Two rows of three indexed pixels: 0 1 2 / 2 1 255. */
const indexed: PngParts = {
  width: 3,
  height: 2,
  bits: 8,
  colorType: 3,
  palette: PALETTE,
  rows: [Uint8Array.of(0, 1, 2), Uint8Array.of(2, 1, 255)],
};
const decodeParts = (changes: Partial<PngParts>) => decodePng(buildPng({ ...indexed, ...changes }), "a.png");

describe("decodePng", () => {
  it("keeps the indices of an indexed picture", () => {
    const png = decodeParts({});
    expect(png).toMatchObject({ kind: "indexed", bits: 8, height: 2, width: 3, translucent: false });
    expect([...png.data]).toEqual([0, 1, 2, 2, 1, 255]);
    expect(png.palette[2]).toEqual([2, 253, 87]);
  });

  it("unpacks 1, 2 and 4 bits; rows begin at whole bytes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 4, 8),
        fc.integer({ min: 1, max: 19 }),
        fc.boolean(),
        fc.nat(),
        (bits, width, grey, salt) => {
          const rows = [0, 1].map((y) => Array.from({ length: width }, (_, x) => (x * 7 + y * 5 + salt) % 2 ** bits));
          const png = decodeParts({
            width,
            bits,
            colorType: grey ? 0 : 3,
            rows: rows.map((row) => packRow(row, bits)),
          });
          expect([...png.data]).toEqual(rows.flat());
          expect(png.kind).toBe(grey ? "grey" : "indexed");
        },
      ),
    );
  });

  it("reads RGB, and drops alpha but says whether it mattered", () => {
    const rgb = decodeParts({ colorType: 2, width: 1, rows: [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)] });
    expect([rgb.kind, ...rgb.data]).toEqual(["rgb", 1, 2, 3, 4, 5, 6]);
    const opaque = decodeParts({ colorType: 6, width: 1, height: 1, rows: [Uint8Array.of(1, 2, 3, 255)] });
    expect([opaque.translucent, ...opaque.data]).toEqual([false, 1, 2, 3]);
    const grey = decodeParts({ colorType: 4, width: 2, height: 1, rows: [Uint8Array.of(7, 255, 8, 254)] });
    expect([grey.kind, grey.translucent, ...grey.data]).toEqual(["grey", true, 7, 8]);
  });

  it("reads interlaced pictures of 8 bits", () => {
    // 3x2: pass 1 has pixel (0, 0), pass 4 (2, 0), pass 6 (1, 0), pass 7 row 1.
    const rows = [[0], [2], [1], [2, 1, 255]].map((row) => Uint8Array.from(row));
    expect([...decodeParts({ interlace: 1, rows }).data]).toEqual([0, 1, 2, 2, 1, 255]);
  });

  it.each<[string, Partial<PngParts>, RegExp]>([
    ["16 bits", { bits: 16, colorType: 0 }, /a\.png: expected 1, 2, 4 or 8 bits a sample, got 16/],
    ["interlacing below 8 bits", { bits: 4, interlace: 1 }, /no interlacing below 8 bits, got 4/],
    ["an impossible depth", { bits: 3 }, /valid header, got 3x2, 3 bits, colour type 3/],
    ["an impossible colour type", { colorType: 5 }, /colour type 5/],
    ["no pixels", { width: 0 }, /got 0x2/],
    [
      "a size beyond the limit",
      { width: 20_000, height: 20_000 },
      /at most 100000000 pixels, got 20000x20000 = 400000000/,
    ],
    ["missing rows", { rows: [Uint8Array.of(0, 1, 2)] }, /8 bytes of pixel data for 3x2, got 4/],
    ["no palette", { palette: [] }, /indices below 0/],
    [
      "indices beyond the palette",
      { palette: PALETTE.slice(0, 3) },
      /indices below 3, the size of the palette, got 255/,
    ],
    ["a bomb", { deflated: deflateSync(new Uint8Array(50_000_000)) }, /8 bytes of pixel data for 3x2, got more/],
    ["data that does not inflate", { deflated: Uint8Array.of(1, 2, 3, 4, 5) }, /damaged pixel data/],
    [
      "data that stops early",
      { deflated: deflateSync(Uint8Array.of(0, 0, 1, 2, 0, 2, 1, 255)).subarray(0, 6) },
      /pixel data/,
    ],
    ["an unknown filter", { deflated: deflateSync(Uint8Array.of(9, 0, 1, 2, 0, 2, 1, 255)) }, /damaged/],
  ])("refuses %s", (_, changes, message) => {
    expect(() => decodeParts(changes)).toThrow(FormatError);
    expect(() => decodeParts(changes)).toThrow(message);
  });

  it("does not inflate colour profiles or text", () => {
    const bomb = pngChunk("iCCP", Buffer.concat([Buffer.from("x\0\0"), deflateSync(new Uint8Array(50_000_000))]));
    expect([...decodeParts({ extra: [bomb, pngChunk("tEXt", Uint8Array.of(1, 2))] }).data]).toEqual([
      0, 1, 2, 2, 1, 255,
    ]);
  });

  it("finds truncation at every length and a wrong first chunk", () => {
    const whole = buildPng(indexed);
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodePng(whole.subarray(0, length), "cut.png")).toThrow(FormatError);
    }
    expect(() => decodePng(Buffer.from("GIF89a"), "cut.png")).toThrow(
      /cut\.png: expected a PNG, got 6 bytes that begin with "47 49 46 38"/,
    );
    const text = Buffer.concat([whole.subarray(0, 8), pngChunk("tEXt", Uint8Array.of(65))]);
    expect(() => decodePng(text, "cut.png")).toThrow(/IHDR chunk of 13 bytes first, got tEXt of 1/);
  });

  it("answers any damage with a picture or a FormatError", () => {
    const whole = buildPng(indexed);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          try {
            expect(decodePng(bytes, "fuzz.png").data.length).toBeLessThanOrEqual(100_000_000 * 3);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("encodeIndexedPng", () => {
  it("decodes to what was encoded, and encodes to the same bytes again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.uint8Array({ minLength: 12, maxLength: 100 }),
        (width, values) => {
          const height = Math.floor(values.length / width);
          const data = values.subarray(0, height * width);
          const bytes = encodeIndexedPng(data, height, width, PALETTE);
          const png = decodePng(bytes, "a.png");
          expect(png.data).toEqual(Uint8Array.from(data));
          expect(encodeIndexedPng(png.data, png.height, png.width, png.palette)).toEqual(bytes);
        },
      ),
    );
  });
});
