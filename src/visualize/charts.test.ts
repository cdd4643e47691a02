import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barChart } from "./bar-chart.ts";
import { lineChart } from "./line-chart.ts";
import { niceTicks, tickTexts } from "./ticks.ts";

describe("niceTicks", () => {
  it("are round and cover the range", () => {
    expect(niceTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(3, 1740)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(niceTicks(0.12, 0.34)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
    expect(niceTicks(5, 5).length).toBeGreaterThan(1);
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const ticks = niceTicks(low, high);
        const slack = 1e-6 * Math.max(Math.abs(low), Math.abs(high), 1e-90);
        expect(ticks[0]).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - slack);
        expect(ticks.length).toBeLessThan(10);
      }),
    );
  });

  it("are said shortly, all of an axis in one unit", () => {
    expect(tickTexts([0, 0.25, 0.5])).toEqual(["0", "0.25", "0.5"]);
    expect(tickTexts([0, 5e-4, 1e-3, 1.5e-3])).toEqual(["0", "5e-4", "1e-3", "1.5e-3"]);
    expect(tickTexts([0, 0.005, 0.01])).toEqual(["0", "0.005", "0.01"]);
    expect(tickTexts([-500, 0, 500, 1000])).toEqual(["-0.5k", "0", "0.5k", "1k"]);
    expect(tickTexts([10_000, 10_050, 10_100])).toEqual(["10k", "10.05k", "10.1k"]);
    expect(tickTexts([0, 2e6])).toEqual(["0", "2M"]);
    expect(tickTexts([0, 5e29])).toEqual(["0", "5e+29"]);
    expect(tickTexts([0, 2.62e9])).toEqual(["0", "2.62G"]);
  });
});

/** The corners of each curve. */
const curves = (svg: string): number[][][] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map((match) =>
    (match[1] ?? "").split(" ").map((point) => point.split(",").map(Number)),
  );

describe("lineChart", () => {
  it("puts points where the axes say", () => {
    const svg = lineChart(
      [
        {
          name: "loss",
          points: [
            [0, 0],
            [50, 2],
            [100, 1],
          ],
        },
      ],
      { title: "Loss", width: 468, height: 270 },
    );
    // The plot goes from (52, 230) to (452, 30).
    expect(curves(svg)).toEqual([
      [
        [52, 230],
        [252, 30],
        [452, 130],
      ],
    ]);
    expect(svg).toContain(">Loss</text>");
    expect(svg).toContain("<title>50: 2</title>");
  });

  it("has a legend for several curves, with their last values, and takes bounds", () => {
    const points = [
      [0, 0.5],
      [1, 0.25],
    ] as const;
    const svg = lineChart(
      [
        { name: "cat", points },
        { name: "a<b", points: [] },
      ],
      { title: "IoU", yFrom: 0, yTo: 1 },
    );
    expect(svg).toContain(">cat 0.25</text>");
    expect(svg).toContain(">a&lt;b</text>");
    expect(svg).toContain(">1</text>");
  });

  it("reaches to the samples that it is told, and dashes curves beyond its colours", () => {
    const points = [[50, 1]] as const;
    const svg = lineChart(
      Array.from({ length: 10 }, (_, i) => ({ name: `class ${i}`, points })),
      { title: "IoU", xFrom: 0, xTo: 100, width: 468 },
    );
    expect(svg.match(/<polyline points="252\.0,/g)?.length).toBe(10);
    expect(svg.match(/<polyline [^>]*stroke-dasharray/g)?.length).toBe(2);
  });

  it("averages many points, leaves out what is no number, and says that there is nothing yet", () => {
    const points = Array.from({ length: 1000 }, (_, i) => [i, i % 2] as const);
    const [curve] = curves(lineChart([{ name: "a", points }], { title: "a" }));
    expect(curve?.length).toBe(334);
    const odd = lineChart(
      [
        {
          name: "a",
          points: [
            [0, Number.NaN],
            [1, 1],
            [2, 2],
          ],
        },
      ],
      { title: "a" },
    );
    expect(curves(odd)[0]?.length).toBe(2);
    expect(lineChart([{ name: "a", points: [] }], { title: "a" })).toContain(">nothing yet</text>");
  });
});

describe("barChart", () => {
  it("draws shares, and says where there is none", () => {
    const svg = barChart(
      [
        { name: "cat", share: 0.5 },
        { name: "cow", share: null, empty: "absent" },
      ],
      "IoU",
      276,
    );
    const widths = [...svg.matchAll(/<rect x="[\d.]+" y="\d+" width="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(widths[1]).toBeCloseTo((widths[0] ?? 0) / 2, 1);
    expect(widths.length).toBe(3);
    expect(svg).toContain(">50.0 %</text>");
    expect(svg).toContain(">absent</text>");
  });

  it("grows with long names", () => {
    const svg = barChart([{ name: "n".repeat(100), share: 1 }], "IoU", 276);
    expect(svg).toMatch(/^<svg [^>]*width="876"/);
    expect(svg).not.toMatch(/width="-/);
  });
});
