import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors.ts";
import { confusionPlot } from "./confusion-plot.ts";

const NAMES = ["background", "cat & <dog>", "cow"];
const ROWS = [
  [9990, 8, 2],
  [400, 1200, 0],
  [0, 0, 0],
];

/** What stands in the cells, row by row; empty cells are left out. */
function shares(svg: string): (string | undefined)[] {
  return [...svg.matchAll(/<g pointer-events="none"><text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
}

describe("confusionPlot", () => {
  const svg = confusionPlot(ROWS, NAMES);

  it("shows shares of the true class, dark where they are large", () => {
    expect(shares(svg)).toEqual(["99", "&lt;.1", "&lt;.1", "25", "75"]);
    expect([...svg.matchAll(/<rect [^>]*fill="rgb\((\d+)/g)].map((match) => Number(match[1]))).toEqual([
      8, 247, 247, 187, 68, 247,
    ]);
    expect(svg.match(/fill="#f0f0f0"/g)?.length).toBe(3);
    expect(shares(confusionPlot([[5]], ["all"]))).toEqual(["100"]);
    expect(
      shares(
        confusionPlot(
          [
            [1, 20],
            [0, 1],
          ],
          ["a", "b"],
        ),
      ),
    ).toEqual(["4.8", "95", "100"]);
  });

  it("has the counts under the pointer, and names that are no markup", () => {
    expect(svg).toContain("<title>cat &amp; &lt;dog&gt; taken for background: 400 of 1,600 px</title>");
    expect(svg.match(/>cat &amp; &lt;dog&gt;<\/text>/g)?.length).toBe(2);
    expect(svg).not.toContain("<dog>");
  });

  it("makes room for wide characters, and is XML whatever the names", () => {
    const left = (name: string): number => Number(/<rect x="([\d.]+)"/.exec(confusionPlot([[1]], [name]))?.[1]);
    expect(left("猫".repeat(10))).toBe(left("c".repeat(20)));
    expect(confusionPlot([[1]], ["a\u001b\u0000b"])).toContain(">a\ufffd\ufffdb<");
  });

  it("refers to nothing outside", () => {
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|href|url\(|<script/);
  });

  it("refuses rows that do not fit the names", () => {
    expect(() => confusionPlot([[1, 2]], ["a"])).toThrow(ShapeError);
    expect(() => confusionPlot([[1, 2], [3]], ["a", "b"])).toThrow(/expected 2 rows of 2 counts, got 2 rows of 2, 1/);
  });
});
