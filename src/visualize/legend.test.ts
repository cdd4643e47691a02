import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solidImage } from "../image/index.ts";
import { labelMap } from "../labels/index.ts";
import { addLegend, legendEntries } from "./legend.ts";

describe("legendEntries", () => {
  it("names classes with their shares, the largest first, without background and void", () => {
    const data = new Uint8Array(1000);
    data.fill(2, 0, 300).fill(1, 300, 350).fill(3, 350, 353).fill(255, 353, 400);
    const entries = legendEntries(labelMap(data, 10, 100), ["background", "cat", "cow"]);
    expect(entries.map(({ text }) => text)).toEqual(["cow 30 %", "cat 5 %", "class 3 <1 %"]);
    expect(entries[0]?.color).toEqual([0, 128, 0]);
  });
});

describe("addLegend", () => {
  const color = [10, 200, 30] as const;

  it("leaves the picture on top as it is and shows every colour below", () => {
    const size = fc.integer({ min: 1, max: 700 });
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 }), (width, height, count) => {
        const picture = solidImage({ height, width }, [1, 2, 3]);
        const entries = Array.from({ length: count }, (_, i) => ({
          text: `class ${i}`,
          color: [200 + i, 7, 7] as const,
        }));
        const drawn = addLegend(picture, entries);
        expect(drawn.width).toBeGreaterThanOrEqual(width);
        for (const y of [0, height - 1]) {
          const row = drawn.data.subarray(y * drawn.width * 3, (y * drawn.width + width) * 3);
          expect(row.every((value, i) => value === (i % 3) + 1)).toBe(true);
        }
        const reds = new Set(drawn.data.subarray(height * drawn.width * 3));
        for (let i = 0; i < count; i++) expect(reds.has(200 + i)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("breaks lines where the picture is narrow, and says what is there if there is nothing", () => {
    const picture = solidImage({ height: 10, width: 60 }, [0, 0, 0]);
    const entry = { text: "cat", color };
    const one = addLegend(picture, [entry]);
    expect(addLegend(picture, [entry, entry, entry]).height).toBeGreaterThan(one.height);
    expect(addLegend(solidImage({ height: 10, width: 600 }, [0, 0, 0]), [entry, entry]).height).toBe(
      addLegend(solidImage({ height: 10, width: 600 }, [0, 0, 0]), [entry]).height,
    );
    const ink = addLegend(picture, []).data.subarray(10 * 60 * 3);
    expect(ink.some((value) => value === 160)).toBe(true);
  });
});
