import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { cropLabels, flipLabels, resizeLabels, turnedLabels } from "./crop-labels.ts";
import { type LabelMap, labelMap } from "./label-map.ts";

const side = fc.integer({ min: 1, max: 9 });
const arbitraryLabels: fc.Arbitrary<LabelMap> = fc
  .tuple(side, side)
  .chain(([height, width]) =>
    fc
      .uint8Array({ minLength: height * width, maxLength: height * width })
      .map((data) => labelMap(data, height, width)),
  );
const rows = labelMap(Uint8Array.of(1, 2, 3, 4, 5, 6), 2, 3);

describe("turnedLabels", () => {
  it("turns what is seen counter-clockwise, void outside", () => {
    const box = { x: 0, y: 0, width: 3, height: 2 };
    expect([...turnedLabels(rows, box, { height: 2, width: 3 }, 180).data]).toEqual([6, 5, 4, 3, 2, 1]);
    const row = labelMap(Uint8Array.of(1, 2, 3), 1, 3);
    const square = { x: 0, y: -1, width: 3, height: 3 };
    expect([...turnedLabels(row, square, { height: 3, width: 3 }, 90).data]).toEqual([
      255, 3, 255, 255, 2, 255, 255, 1, 255,
    ]);
  });

  it("is cropLabels where it is not turned", () => {
    const box = { x: -0.4, y: 0.3, width: 3.2, height: 1.9 };
    const size = { height: 5, width: 4 };
    expect(turnedLabels(rows, box, size, 0)).toEqual(cropLabels(rows, box, size));
  });
});

describe("cropLabels", () => {
  it("copies whole boxes, void outside", () => {
    const box = { x: -1, y: 1, width: 3, height: 2 };
    expect([...cropLabels(rows, box, box).data]).toEqual([255, 4, 5, 255, 255, 255]);
    expect([...cropLabels(rows, box, box, 0).data]).toEqual([0, 4, 5, 0, 0, 0]);
  });

  it("takes the label under the centre of each pixel", () => {
    const row = labelMap(Uint8Array.of(10, 20, 30, 40, 50), 1, 5);
    expect([...resizeLabels(row, { height: 1, width: 2 }).data]).toEqual([20, 40]); // centres 1.25 and 3.75
    expect([...resizeLabels(row, { height: 1, width: 10 }).data]).toEqual([10, 10, 20, 20, 30, 30, 40, 40, 50, 50]);
  });

  it("to the same size is the identity, and back from a whole multiple too", () => {
    fc.assert(
      fc.property(arbitraryLabels, fc.integer({ min: 1, max: 4 }), (labels, factor) => {
        const large = resizeLabels(labels, { height: labels.height * factor, width: labels.width * factor });
        expect(resizeLabels(large, labels)).toEqual(resizeLabels(labels, labels));
        expect([...resizeLabels(labels, labels).data]).toEqual([...labels.data]);
      }),
    );
  });

  it("refuses an empty box", () => {
    expect(() => cropLabels(rows, { x: 0, y: 0, width: 1, height: 0 }, rows)).toThrow(OptionError);
  });
});

describe("flipLabels", () => {
  it("swaps left and right; twice is the identity", () => {
    expect([...flipLabels(rows).data]).toEqual([3, 2, 1, 6, 5, 4]);
    fc.assert(
      fc.property(arbitraryLabels, (labels) => {
        expect([...flipLabels(flipLabels(labels)).data]).toEqual([...labels.data]);
      }),
    );
  });
});
