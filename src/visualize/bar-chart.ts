/** Shares of named things as bars, as SVG. */
import { element, svgDocument, svgText, textLength } from "./svg.ts";

export interface Bar {
  readonly name: string;
  /** 0 to 1; `null` where there is none. */
  readonly share: number | null;
  /** Said instead of a bar where there is no share. */
  readonly empty?: string;
}

const [ROW, TOP, VALUE, MIN_BAR] = [22, 30, 56, 80];
const [INK, GREY, FILL, TRACK] = ["#202020", "#767676", "#0072b2", "#eef2f5"];

/**
 * Draws a bar for each share, with its value in percent.
 *
 * @param width - More if names are so long that the bars would be too short.
 * @returns SVG, to be written to a file or put into a page.
 */
export function barChart(bars: readonly Bar[], title: string, width = 430): string {
  const left = Math.max(0, ...bars.map(({ name }) => textLength(name))) + 20;
  const length = Math.max(MIN_BAR, width - left - VALUE);
  const rows = bars.map(({ name, share, empty = "none" }, i) => {
    const y = TOP + ROW * i;
    const track = element("rect", { x: left, y: y + 3, width: length, height: ROW - 6, fill: TRACK });
    const bar = element("rect", { x: left, y: y + 3, width: length * (share ?? 0), height: ROW - 6, fill: FILL });
    const value = share === null ? empty : `${(100 * share).toFixed(1)} %`;
    return [
      svgText(name, { x: left - 8, y: y + 15, anchor: "end", fill: INK }),
      track,
      share === null ? "" : bar,
      svgText(value, { x: left + length + 6, y: y + 15, fill: share === null ? GREY : INK }),
    ].join("");
  });
  const heading = svgText(title, { x: 8, y: 18, fill: INK, weight: "bold" });
  return svgDocument(left + length + VALUE, TOP + ROW * bars.length + 8, title, heading + rows.join(""));
}
