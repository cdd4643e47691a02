import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { solidImage } from "../image/index.ts";
import { fitPhoto, fittedSize } from "./fit.ts";

describe("fittedSize", () => {
  it.each([
    [{ height: 300, width: 400 }, 128, { height: 96, width: 128 }],
    [{ height: 400, width: 300 }, 128, { height: 128, width: 96 }],
    [{ height: 1, width: 1 }, 128, { height: 128, width: 128 }],
    [{ height: 1, width: 60_000 }, 128, { height: 1, width: 128 }],
    [{ height: 64, width: 64 }, 64, { height: 64, width: 64 }],
  ])("%o at %i", (photo, side, size) => {
    expect(fittedSize(photo, side)).toEqual(size);
  });

  it("has the wanted longer side, at least 1 px, and the aspect to half a pixel", () => {
    const side = fc.integer({ min: 1, max: 30_000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 1000 }), (height, width, longer) => {
        const size = fittedSize({ height, width }, longer);
        expect(Math.max(size.height, size.width)).toBe(longer);
        expect(Math.min(size.height, size.width)).toBeGreaterThanOrEqual(1);
        const exact = (longer * Math.min(height, width)) / Math.max(height, width);
        if (exact >= 1) expect(Math.abs(Math.min(size.height, size.width) - exact)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %d", (side) => {
    expect(() => fittedSize({ height: 2, width: 2 }, side)).toThrow(OptionError);
  });
});

it("fitPhoto resizes", () => {
  expect(fitPhoto(solidImage({ height: 10, width: 20 }, [1, 2, 3]), 4)).toEqual(
    solidImage({ height: 2, width: 4 }, [1, 2, 3]),
  );
});
