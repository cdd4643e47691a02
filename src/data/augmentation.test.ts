import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { type AugmentationOptions, augmentationOptions, drawView } from "./augmentation.ts";
import type { LabelledObject } from "./objects.ts";

const side = fc.integer({ min: 20, max: 400 });
const photo = { height: 200, width: 300 };
const object: LabelledObject = { classId: 1, pixels: 5000, box: { x: 200, y: 50, width: 60, height: 100 } };
const speck: LabelledObject = { classId: 1, pixels: 10, box: { x: 5, y: 5, width: 5, height: 2 } };
/** Views of many samples. */
function views(options: AugmentationOptions, objects: readonly LabelledObject[], count = 300) {
  return Array.from({ length: count }, (_, k) => drawView(1, k, photo, objects, augmentationOptions(options)));
}

describe("drawView", () => {
  it("is a function of seed and sample alone", () => {
    const options = augmentationOptions();
    expect(drawView(1, 7, photo, [object], options)).toEqual(drawView(1, 7, photo, [object], options));
    expect(drawView(1, 8, photo, [object], options)).not.toEqual(drawView(1, 7, photo, [object], options));
    expect(drawView(2, 7, photo, [object], options)).not.toEqual(drawView(1, 7, photo, [object], options));
  });

  it("leaves the photo only where the crop is larger, and then holds all of it", () => {
    fc.assert(
      fc.property(side, side, fc.nat(), fc.boolean(), (height, width, k, centred) => {
        const options = augmentationOptions({ objectCentred: centred ? 1 : 0, longerSide: [60, 400] });
        const { box } = drawView(
          3,
          k,
          { height, width },
          [{ ...object, box: { x: 3, y: 4, width: 5, height: 6 } }],
          options,
        );
        for (const [start, extent, size] of [
          [box.x, box.width, width],
          [box.y, box.height, height],
        ] as const) {
          if (extent <= size) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(start + extent).toBeLessThanOrEqual(size + 1e-9);
          } else {
            expect(start).toBeLessThanOrEqual(0);
            expect(start + extent).toBeGreaterThanOrEqual(size - 1e-9);
          }
        }
      }),
    );
  });

  it("shows photos of any file size at the same scale", () => {
    const options = augmentationOptions({ longerSide: [150, 150], aspect: 1, cropSize: 100 });
    for (const scale of [0.5, 1, 7]) {
      const { box } = drawView(1, 0, { height: 200 * scale, width: 300 * scale }, [], options);
      expect(box.width).toBeCloseTo(200 * scale, 9); // 100 px of 150 are two thirds of the longer side
      expect(box.height).toBeCloseTo(box.width, 9);
    }
  });

  it("stays within scale and aspect, and uses them", () => {
    const drawn = views({ longerSide: [100, 200], aspect: 1.5 }, []).map(({ box }) => box);
    const scales = drawn.map((box) => (128 * 300) / Math.sqrt(box.width * box.height));
    expect(Math.min(...scales)).toBeGreaterThanOrEqual(100 - 1e-9);
    expect(Math.min(...scales)).toBeLessThan(105);
    expect(Math.max(...scales)).toBeLessThanOrEqual(200 + 1e-9);
    expect(Math.max(...scales)).toBeGreaterThan(190);
    const aspects = drawn.map((box) => box.width / box.height);
    expect(Math.min(...aspects)).toBeGreaterThanOrEqual(1 / 1.5 - 1e-9);
    expect(Math.max(...aspects)).toBeLessThanOrEqual(1.5 + 1e-9);
    expect(Math.max(...aspects)).toBeGreaterThan(1.4);
  });

  it("centres on the object within its jitter", () => {
    for (const { box } of views({ objectCentred: 1, objectJitter: 0.25, longerSide: [600, 600] }, [object])) {
      expect(Math.abs(box.x + box.width / 2 - 230)).toBeLessThanOrEqual(15 + 1e-9); // a quarter of 60
      expect(Math.abs(box.y + box.height / 2 - 100)).toBeLessThanOrEqual(25 + 1e-9);
    }
  });

  it("centres on specks only if there is nothing larger", () => {
    const left = (box: { x: number; width: number }) => box.x + box.width / 2 < 100;
    const options = { objectCentred: 1, longerSide: [600, 600] } as const;
    expect(views(options, [speck, object], 50).some(({ box }) => left(box))).toBe(false);
    expect(views(options, [speck], 50).every(({ box }) => left(box))).toBe(true);
  });

  it("counts pixels for a speck's size too", () => {
    const options = { objectCentred: 1, longerSide: [600, 600], minObjectShare: 0 } as const;
    const left = (box: { x: number; width: number }): boolean => box.x + box.width / 2 < 100;
    expect(views(options, [speck, object], 50).some(({ box }) => left(box))).toBe(true);
    expect(views({ ...options, minObjectPixels: 11 }, [speck, object], 50).some(({ box }) => left(box))).toBe(false);
  });

  it("turns evenly to both sides, and not unless asked", () => {
    const turns = views({ rotation: 20 }, [], 1000).map(({ rotation }) => rotation);
    expect(Math.max(...turns)).toBeLessThanOrEqual(20);
    expect(Math.max(...turns)).toBeGreaterThan(19);
    expect(Math.min(...turns)).toBeLessThan(-19);
    expect(Math.abs(turns.reduce((sum, turn) => sum + turn, 0) / 1000)).toBeLessThan(2);
    expect(views({}, []).every(({ rotation }) => rotation === 0)).toBe(true);
  });

  it("centres and flips as often as asked", () => {
    const drawn = views(
      { objectCentred: 0.3, flip: 0.25, objectJitter: 0, longerSide: [600, 600], aspect: 1 },
      [object],
      2000,
    );
    const centred = drawn.filter(({ box }) => Math.abs(box.x + box.width / 2 - 230) < 1e-6).length;
    expect(centred / 2000).toBeCloseTo(0.3, 1);
    expect(drawn.filter(({ flip }) => flip).length / 2000).toBeCloseTo(0.25, 1);
  });

  it("keeps the other draws when one option changes", () => {
    const [plain, changed] = [
      views({}, [object], 20),
      views({ flip: 0, rotation: 30, color: { brightness: 0, contrast: 0, saturation: 0, hue: 0 } }, [object], 20),
    ];
    expect(changed.map(({ box }) => box)).toEqual(plain.map(({ box }) => box));
  });
});

describe("augmentationOptions", () => {
  it.each<[AugmentationOptions, RegExp]>([
    [{ cropSize: 0 }, /cropSize a whole number of at least 1, got 0/],
    [{ longerSide: [300, 200] }, /1 <= least <= most, got \[300, 200\]/],
    [{ aspect: 0.9 }, /aspect at least 1, got 0\.9/],
    [{ rotation: 181 }, /rotation 0 to 180 degrees, got 181/],
    [{ minObjectPixels: -1 }, /minObjectPixels at least 0, got -1/],
    [{ flip: 1.5 }, /flip 0 to 1, got 1\.5/],
    [{ objectCentred: -1 }, /objectCentred 0 to 1, got -1/],
    [{ color: { brightness: 2, contrast: 0, saturation: 0, hue: 0 } }, /brightness 0 to 1, got 2/],
  ])("refuses %j", (options, message) => {
    expect(() => augmentationOptions(options)).toThrow(OptionError);
    expect(() => augmentationOptions(options)).toThrow(message);
  });
});
