import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryImage } from "../../test/builders/arbitrary-image.ts";
import { slowResize } from "../../test/reference/resize.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { type Image, image } from "./image.ts";
import { cropImage, resizeImage, resizeScores } from "./resize.ts";

const side = fc.integer({ min: 1, max: 12 });

/** A grey picture of the given rows. */
function grey(rows: readonly (readonly number[])[]): Image {
  return image(Uint8Array.from(rows.flat().flatMap((v) => [v, v, v])), rows.length, rows[0]?.length ?? 0);
}

function red(source: Image): number[] {
  return Array.from({ length: source.height * source.width }, (_, i) => source.data[3 * i] ?? -1);
}

describe("resizeImage", () => {
  it("by hand: half-pixel centres put 0, 100 at 0, 25, 75, 100 when doubled", () => {
    expect(red(resizeImage(grey([[0, 100]]), { height: 1, width: 4 }))).toEqual([0, 25, 75, 100]);
  });

  it("by hand: halving averages with antialiasing and takes the middle without", () => {
    const row = grey([[0, 0, 100, 200, 0, 0]]);
    // Kernel of half-width 2 around 3 (output 1 of 3): pixels at 1.5, 2.5, 3.5, 4.5 weigh 1/8, 3/8, 3/8, 1/8.
    expect(red(resizeImage(row, { height: 1, width: 3 }))[1]).toBe(Math.round((0 + 300 + 600 + 0) / 8));
    expect(red(resizeImage(row, { height: 1, width: 3 }, { antialias: false }))[1]).toBe(150);
  });

  it("to the same size is the identity", () => {
    fc.assert(
      fc.property(arbitraryImage(), fc.boolean(), (source, antialias) => {
        expect(resizeImage(source, source, { antialias })).toEqual(source);
      }),
    );
  });

  it("keeps a solid colour", () => {
    fc.assert(
      fc.property(side, side, side, side, fc.integer({ min: 0, max: 255 }), (height, width, h, w, value) => {
        const source = image(new Uint8Array(height * width * 3).fill(value), height, width);
        expect(new Set(resizeImage(source, { height: h, width: w }).data)).toEqual(new Set([value]));
      }),
    );
  });

  it("is the slow twin, rounded", () => {
    fc.assert(
      fc.property(arbitraryImage(), side, side, fc.boolean(), (source, h, w, antialias) => {
        const ours = red(resizeImage(source, { height: h, width: w }, { antialias }));
        const slow = slowResize(red(source), source.height, source.width, h, w, antialias);
        ours.forEach((value, i) => {
          expect(Math.abs(value - (slow[i] ?? Number.NaN))).toBeLessThan(0.501);
        });
      }),
    );
  });
});

describe("cropImage", () => {
  const source = grey([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it("copies whole boxes exactly and fills what lies outside", () => {
    const box = { x: -1, y: 1, width: 3, height: 2 };
    expect(red(cropImage(source, box, box, [9, 8, 7]))).toEqual([9, 4, 5, 9, 9, 9]);
  });

  it("replicates the border inside the photo and does not mix it with the fill", () => {
    const doubled = cropImage(
      grey([[10]]),
      { x: -0.5, y: 0, width: 2, height: 1 },
      { height: 1, width: 4 },
      [200, 0, 0],
    );
    expect(red(doubled)).toEqual([200, 10, 10, 200]);
  });

  it("of the whole photo is resizing", () => {
    fc.assert(
      fc.property(arbitraryImage(), side, side, (photo, height, width) => {
        const box = { x: 0, y: 0, width: photo.width, height: photo.height };
        expect(cropImage(photo, box, { height, width }, [0, 0, 0])).toEqual(resizeImage(photo, { height, width }));
      }),
    );
  });

  it("wholly outside is the fill", () => {
    const away = cropImage(source, { x: 50, y: 50, width: 4, height: 4 }, { height: 2, width: 1 }, [1, 2, 3]);
    expect([...away.data]).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it("refuses empty boxes and sizes, with numbers", () => {
    expect(() => cropImage(source, { x: 0, y: 0, width: 0, height: 1 }, source, [0, 0, 0])).toThrow(OptionError);
    expect(() => cropImage(source, { x: 0, y: 0, width: 0, height: 1 }, source, [0, 0, 0])).toThrow(/got 0x1/);
    expect(() => resizeImage(source, { height: 1.5, width: 2 })).toThrow(/whole numbers of at least 1, got 1\.5x2/);
  });
});

describe("resizeScores", () => {
  it("is the slow twin for every class", () => {
    const value = fc.float({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.boolean(),
        fc.array(value, { minLength: 288, maxLength: 288 }),
        (h, w, oh, ow, antialias, values) => {
          const scores = Float32Array.from(values.slice(0, 2 * h * w));
          const ours = resizeScores(scores, [2, h, w], { height: oh, width: ow }, { antialias });
          const slow = [0, 1].flatMap((c) =>
            slowResize(scores.subarray(c * h * w, (c + 1) * h * w), h, w, oh, ow, antialias),
          );
          expect(ours.length).toBe(slow.length);
          ours.forEach((score, i) => {
            expect(Math.abs(score - (slow[i] ?? Number.NaN))).toBeLessThan(1e-4);
          });
        },
      ),
    );
  });

  it("refuses a shape that does not fit", () => {
    expect(() => resizeScores(new Float32Array(5), [1, 2, 3], { height: 1, width: 1 })).toThrow(ShapeError);
    expect(() => resizeScores(new Float32Array(5), [1, 2, 3], { height: 1, width: 1 })).toThrow(/expected 6 .*got 5/);
  });
});
