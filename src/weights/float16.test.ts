import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFloat16, encodeFloat16 } from "../../test/reference/float16.ts";
import { FormatError } from "../errors.ts";
import { fromFloat16, toFloat16 } from "./float16.ts";

const PATTERNS = Uint16Array.from({ length: 65536 }, (_, pattern) => pattern);

/** Runs the conversion on one number; `toFloat16` works on arrays. */
function toPattern(value: number): number {
  return toFloat16(Float32Array.of(value), "x")[0] ?? Number.NaN;
}

describe("fromFloat16", () => {
  test("gives the defined value of all 65,536 patterns", () => {
    const values = fromFloat16(PATTERNS);
    const wrong = [...PATTERNS].filter((pattern, i) => !Object.is(values[i], decodeFloat16(pattern)));
    expect(wrong).toEqual([]);
  });

  test.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])("reads %i as %f", (pattern, value) => {
    expect(fromFloat16(Uint16Array.of(pattern))[0]).toBe(value);
  });
});

describe("toFloat16", () => {
  test("brings back all 65,536 patterns, NaN payloads included", () => {
    expect(toFloat16(fromFloat16(PATTERNS), "x")).toEqual(PATTERNS);
  });

  test("rounds half-way between two neighbours to the even one, for all pairs", () => {
    for (let pattern = 0; pattern < 0x7bff; pattern++) {
      const middle = (decodeFloat16(pattern) + decodeFloat16(pattern + 1)) / 2;
      const even = pattern + (pattern % 2);
      if (toPattern(middle) !== even || toPattern(-middle) !== 0x8000 + even) expect.fail(`pattern ${pattern}`);
    }
  });

  test("takes the neighbours of a half-way point to the nearer side", () => {
    expect(toPattern(1 + 2 ** -11)).toBe(0x3c00);
    expect(toPattern(1 + 2 ** -11 + 2 ** -23)).toBe(0x3c01);
    expect(toPattern(2 ** -25)).toBe(0);
    expect(toPattern(2 ** -25 + 2 ** -48)).toBe(1);
    expect(toPattern(1e-40)).toBe(0);
    expect(toPattern(2 ** -14 - 2 ** -38)).toBe(0x0400);
  });

  test("agrees with the search through all values", () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65519), max: Math.fround(65519), noNaN: true }), (value) => {
        expect(toPattern(value)).toBe(encodeFloat16(value));
      }),
      { numRuns: 5000 },
    );
    // fc.float rarely gives small numbers; subnormals are where shifting goes wrong.
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-(2 ** -13)), max: Math.fround(2 ** -13), noNaN: true }), (value) => {
        expect(toPattern(value)).toBe(encodeFloat16(value));
      }),
      { numRuns: 5000 },
    );
  });

  test("keeps a NaN a NaN even if its payload does not fit", () => {
    const values = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
    expect([...toFloat16(values, "x")]).toEqual([0x7e00, 0xfe00]);
  });

  test("rounds up to 65519.996 down to 65504 and refuses 65520", () => {
    expect(toPattern(65519.996)).toBe(0x7bff);
    expect(() => toPattern(65520)).toThrow(FormatError);
  });

  test("names tensor, value and place of what float16 cannot hold", () => {
    expect(() => toFloat16(Float32Array.of(1, 2, -1e6), "fc6.weight")).toThrow(
      'toFloat16: expected values within ±65504, the largest float16, got -1000000 at index 2 of tensor "fc6.weight".',
    );
  });

  test("works on a view that begins inside its buffer", () => {
    const view = Float32Array.of(7, 1, 2).subarray(1);
    expect([...toFloat16(view, "x")]).toEqual([0x3c00, 0x4000]);
  });
});
