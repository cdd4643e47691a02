import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPng, packRow } from "../../test/builders/png.ts";
import { FormatError } from "../errors.ts";
import { labelMap } from "./label-map.ts";
import { decodeLabelMap, encodeLabelMap } from "./label-png.ts";
import { VOC_PALETTE } from "./palette.ts";

/** One row of RGB pixels. */
function rgbRow(...colors: readonly (readonly number[])[]): Uint8Array {
  return buildPng({ width: colors.length, height: 1, bits: 8, colorType: 2, rows: [Uint8Array.from(colors.flat())] });
}

describe("label maps as PNG", () => {
  it("encode, decode and encode again to the same bytes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.uint8Array({ minLength: 9, maxLength: 81 }), (width, values) => {
        const height = Math.floor(values.length / width);
        const bytes = encodeLabelMap(labelMap(Uint8Array.from(values.subarray(0, height * width)), height, width));
        const decoded = decodeLabelMap(bytes, "a.png");
        expect([...decoded.data]).toEqual([...values.subarray(0, height * width)]);
        expect(encodeLabelMap(decoded)).toEqual(bytes);
      }),
    );
  });

  it("read the same labels from indexed, grey and RGB files of any depth", () => {
    const row = [0, 3, 1, 2, 1];
    const indexed = { width: 5, height: 1, colorType: 3, palette: VOC_PALETTE.slice(0, 4) };
    const files = [
      ...[2, 4, 8].map((bits) => buildPng({ ...indexed, bits, rows: [packRow(row, bits)] })),
      ...[2, 4, 8].map((bits) => buildPng({ ...indexed, bits, colorType: 0, rows: [packRow(row, bits)] })),
      rgbRow(...row.map((value) => VOC_PALETTE[value] ?? [])),
    ];
    for (const file of files) expect([...decodeLabelMap(file, "a.png").data]).toEqual(row);
    expect([...decodeLabelMap(rgbRow([224, 224, 192]), "a.png").data]).toEqual([255]);
  });

  it("take a colour table, and the colours behind indices if asked", () => {
    const palette = [
      [9, 9, 9],
      [200, 0, 0],
    ] as const;
    expect([...decodeLabelMap(rgbRow([200, 0, 0], [9, 9, 9]), "a.png", { palette }).data]).toEqual([1, 0]);
    const swapped = buildPng({
      width: 2,
      height: 1,
      bits: 8,
      colorType: 3,
      palette: [
        [200, 0, 0],
        [9, 9, 9],
      ],
      rows: [Uint8Array.of(0, 1)],
    });
    expect([...decodeLabelMap(swapped, "a.png", { palette }).data]).toEqual([0, 1]);
    expect([...decodeLabelMap(swapped, "a.png", { palette, indexedBy: "color" }).data]).toEqual([1, 0]);
  });

  it("refuse colours outside the table and say why they may be there", () => {
    const off = rgbRow([0, 0, 0], [127, 1, 0], [126, 1, 0], [127, 1, 0]);
    expect(() => decodeLabelMap(off, "m.png")).toThrow(FormatError);
    expect(() => decodeLabelMap(off, "m.png")).toThrow(
      /m\.png: expected colours of the table, got 3 pixels of 2 other colours, first \(127, 1, 0\) at \(1, 0\); nearest is class 1, \(128, 0, 0\)\. .*JPEG/,
    );
    expect(() => decodeLabelMap(rgbRow([1, 1, 1]), "m.png")).toThrow(/grey values are the classes/);
    expect(() => decodeLabelMap(rgbRow([255, 0, 255]), "m.png")).toThrow(
      /Colours of another table: save the label maps as indexed or grey/,
    );
  });

  it("refuse other formats and transparency", () => {
    expect(() => decodeLabelMap(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), "m.jpg")).toThrow(
      /m\.jpg: expected a PNG, got another kind of file of 4 bytes/,
    );
    const clear = buildPng({ width: 1, height: 1, bits: 8, colorType: 4, rows: [Uint8Array.of(1, 0)] });
    expect(() => decodeLabelMap(clear, "m.png")).toThrow(/alpha channel with transparent pixels/);
  });
});
