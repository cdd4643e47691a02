import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barChart } from "./bar-chart.ts";
import { lineChart } from "./line-chart.ts";
import { niceTicks, tickText } from "./ticks.ts";

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

  it("are said shortly", () => {
    expect([0, 0.0003, 0.25, 12, 1500, 2e6, 2.62e9].map(tickText)).toEqual([
      "0",
      "3e-4",
      "0.25",
      "12",
      "1.5k",
      "2M",
      "2.62G",
    ]);
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
});
