import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryImage } from "../../test/builders/arbitrary-image.ts";
import { randomFor } from "../tensor/index.ts";
import { changeColor, drawColorChange } from "./color.ts";
import { image } from "./image.ts";

const NONE = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
const pixel = (r: number, g: number, b: number) => image(Uint8Array.of(r, g, b), 1, 1);

describe("changeColor", () => {
  it("changes nothing with factors 1 and no turn", () => {
    fc.assert(
      fc.property(arbitraryImage(), (source) => {
        expect(changeColor(source, NONE)).toEqual(source);
      }),
    );
  });

  it("by hand: brightness multiplies and clips, contrast spreads about the mean, saturation 0 is grey", () => {
    expect([...changeColor(pixel(10, 100, 200), { ...NONE, brightness: 1.5 }).data]).toEqual([15, 150, 255]);
    const pair = image(Uint8Array.of(50, 50, 50, 150, 150, 150), 1, 2);
    expect([...changeColor(pair, { ...NONE, contrast: 0.5 }).data]).toEqual([75, 75, 75, 125, 125, 125]);
    expect([...changeColor(pixel(255, 0, 0), { ...NONE, saturation: 0 }).data]).toEqual([76, 76, 76]);
  });

  it("keeps greys whatever saturation and hue are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        (v, saturation, hue) => {
          expect([...changeColor(pixel(v, v, v), { ...NONE, saturation, hue }).data]).toEqual([v, v, v]);
        },
      ),
    );
  });

  it("turns reds into other hues, and back by the opposite turn", () => {
    const [r, g, b] = changeColor(pixel(150, 90, 90), { ...NONE, hue: 0.5 }).data;
    expect(r).toBeLessThan(Math.min(g ?? 0, b ?? 0)); // opposite of red: cyan
    const mid = fc.integer({ min: 100, max: 150 });
    fc.assert(
      fc.property(mid, mid, mid, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (red, green, blue, hue) => {
        const back = changeColor(changeColor(pixel(red, green, blue), { ...NONE, hue }), { ...NONE, hue: -hue });
        [red, green, blue].forEach((value, c) => {
          expect(Math.abs(value - (back.data[c] ?? 0))).toBeLessThanOrEqual(2);
        });
      }),
    );
  });
});

describe("drawColorChange", () => {
  it("stays within the strengths and always takes four numbers", () => {
    const jitter = { brightness: 0.4, contrast: 0.3, saturation: 0.2, hue: 0.1 };
    for (let k = 0; k < 200; k++) {
      const change = drawColorChange(randomFor(1, k), jitter);
      expect(Math.abs(change.brightness - 1)).toBeLessThanOrEqual(0.4);
      expect(Math.abs(change.contrast - 1)).toBeLessThanOrEqual(0.3);
      expect(Math.abs(change.saturation - 1)).toBeLessThanOrEqual(0.2);
      expect(Math.abs(change.hue)).toBeLessThanOrEqual(0.1);
    }
    const [a, b] = [randomFor(1), randomFor(1)];
    drawColorChange(a, jitter);
    expect(drawColorChange(b, { brightness: 0, contrast: 0, saturation: 0, hue: 0 })).toEqual(NONE);
    expect(a.uniform()).toBe(b.uniform());
  });
});
