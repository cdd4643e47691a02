import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slowBoundaryF1 } from "../../test/reference/boundary-f1.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { type LabelMap, labelMap, VOID } from "../labels/index.ts";
import { BOUNDARY_DEFAULTS, boundaryF1 } from "./boundary-f1.ts";

/** A label map drawn with a character a pixel: digits are classes, `-` is void. */
function drawn(...rows: readonly string[]): LabelMap {
  const labels = rows.flatMap((row) => [...row].map((c) => (c === "-" ? VOID : Number(c))));
  return labelMap(Uint8Array.from(labels), rows.length, rows[0]?.length ?? 0);
}

const CLASSES = 3;
const pair = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([height, width]) => {
  const map = (values: fc.Arbitrary<number>) =>
    fc
      .array(values, { minLength: height * width, maxLength: height * width })
      .map((labels) => labelMap(Uint8Array.from(labels), height, width));
  return fc.record({
    truth: map(fc.constantFrom(0, 0, 0, 1, 1, 2, VOID)),
    prediction: map(fc.constantFrom(0, 0, 0, 1, 1, 2)),
  });
});
const tolerance = fc.double({ min: 0.01, max: 1, noNaN: true });

describe("boundaryF1", () => {
  it("by hand: a column that is one pixel off", () => {
    const truth = drawn("00110", "00110", "00110");
    const prediction = drawn("01100", "01100", "01100");
    // The diagonal is 5.83 px. Class 1 has two columns of boundary in both maps. Within less than 1 px the column that they
    // share matches: a half. Class 0 has columns 1 and 4 in the truth, 0 and 3 in the prediction: nothing matches.
    expect(boundaryF1(truth, prediction, 2, { tolerance: 0.15 })).toEqual([0, 0.5]);
    expect(boundaryF1(truth, prediction, 2, { tolerance: 0.18 })).toEqual([1, 1]);
  });

  it("by hand: precision and recall differ", () => {
    const truth = drawn("000000", "011110", "000000");
    const prediction = drawn("000000", "010000", "000000");
    // The one predicted pixel is right, one of four true ones is found: 2 * 1 * 0.25 / 1.25.
    expect(boundaryF1(truth, prediction, 2, { tolerance: 0.1 })[1]).toBeCloseTo(0.4, 12);
  });

  it("accepts every outline inside a ring of void", () => {
    const truth = drawn("00000000", "0------0", "0--11--0", "0--11--0", "0------0", "00000000");
    const tight = drawn("00000000", "00000000", "00011000", "00011000", "00000000", "00000000");
    const wide = drawn("00000000", "01111110", "01111110", "01111110", "01111110", "00000000");
    const wider = drawn("11111111", "11111111", "11111111", "11111111", "11111111", "11111111");
    const at = { tolerance: 0.1 };
    expect(boundaryF1(truth, tight, 2, at)).toEqual([1, 1]);
    expect(boundaryF1(truth, wide, 2, at)).toEqual([1, 1]);
    expect(boundaryF1(truth, wider, 2, at)[0]).toBe(0);
    expect(boundaryF1(truth, wider, 2, at)[1]).toBeLessThan(1);
  });

  it("has no boundary along the image's border, and none is right where none is true", () => {
    const blank = drawn("000", "000");
    expect(boundaryF1(blank, blank, 3)).toEqual([1, null, null]);
    expect(boundaryF1(blank, drawn("010", "000"), 3)).toEqual([0, 0, null]);
    expect(boundaryF1(drawn("---"), drawn("000"), 2)).toEqual([null, null]);
  });

  it("equals the slow twin", () => {
    fc.assert(
      fc.property(pair, tolerance, ({ truth, prediction }, share) => {
        const expected = Array.from({ length: CLASSES }, (_, c) => slowBoundaryF1(truth, prediction, c, share));
        expect(boundaryF1(truth, prediction, CLASSES, { tolerance: share })).toEqual(expected);
      }),
    );
  });

  it("is 1 for the truth itself, grows with the tolerance, and does not see what lies under void", () => {
    fc.assert(
      fc.property(pair, tolerance, fc.integer({ min: 0, max: CLASSES - 1 }), ({ truth, prediction }, share, label) => {
        const itself = labelMap(
          truth.data.map((value) => (value === VOID ? label : value)),
          truth.height,
          truth.width,
        );
        expect(boundaryF1(truth, itself, CLASSES).every((score) => score === null || score === 1)).toBe(true);
        const changed = labelMap(
          prediction.data.map((value, i) => (truth.data[i] === VOID ? label : value)),
          truth.height,
          truth.width,
        );
        const scores = boundaryF1(truth, prediction, CLASSES, { tolerance: share });
        expect(boundaryF1(truth, changed, CLASSES, { tolerance: share })).toEqual(scores);
        boundaryF1(truth, prediction, CLASSES, { tolerance: share / 2 }).forEach((score, c) => {
          expect(score ?? 0).toBeLessThanOrEqual(scores[c] ?? 0);
        });
      }),
    );
  });

  it("has the tolerance of the paper", () => {
    expect(BOUNDARY_DEFAULTS.tolerance).toBe(0.0075);
  });

  it("refuses sizes that differ, labels that are no class, and tolerances out of range", () => {
    const map = drawn("01", "10");
    expect(() => boundaryF1(map, drawn("011"), 2)).toThrow(ShapeError);
    expect(() => boundaryF1(map, map, 1, {}, "cat.png")).toThrow(/boundaryF1: expected 0 to 0 .* of cat\.png, got 1/);
    expect(() => boundaryF1(map, drawn("0-", "10"), 2)).toThrow(OptionError);
    for (const share of [0, -1, 1.1, Number.NaN]) {
      expect(() => boundaryF1(map, map, 2, { tolerance: share })).toThrow(
        `expected a tolerance above 0 and at most 1, got ${share}.`,
      );
    }
  });
});
