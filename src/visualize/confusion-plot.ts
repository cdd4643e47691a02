/** A confusion matrix as a picture: which classes are taken for which. */
import { ShapeError } from "../errors.ts";
import type { Rgb } from "../image/index.ts";
import { element, escapeXml, svgDocument, svgText, textLength } from "./svg.ts";

const CELL = 44;
const GAP = 8;
const TITLE = 28;
const HEADING = "Share of each true class's pixels by predicted class, %";
const INK = "#202020";
const GREY = "#767676";
/** From no pixel to all pixels of a class. */
const [LIGHT, DARK]: readonly [Rgb, Rgb] = [
  [247, 251, 255],
  [8, 48, 107],
];

/**
 * Draws a confusion matrix as SVG: a row for each true class, a column for each predicted one, in each cell the share of the
 * true class's pixels in percent. A cell's counts show up under the pointer. A row without pixels is grey.
 *
 * @param rows - Pixel counts `[truth][predicted]`.
 * @param names - Class names, in the order of the rows.
 * @returns SVG, to be written to a file or put into a page.
 * @throws {ShapeError} if the rows are not as many and as long as there are names.
 */
export function confusionPlot(rows: readonly (readonly number[])[], names: readonly string[]): string {
  const misfit = [rows, ...rows].find(({ length }) => length !== names.length);
  if (misfit !== undefined) {
    throw new ShapeError(
      `confusionPlot: expected ${names.length} rows of ${names.length} counts, got ${rows.length} rows of ${rows.map(({ length }) => length).join(", ")}.`,
    );
  }
  const longest = Math.max(...names.map((name) => textLength(name)));
  const left = longest + 3 * GAP + 12;
  const top = TITLE + longest * Math.SQRT1_2 + 3 * GAP;
  const side = CELL * names.length;
  const cells = rows.flatMap((row, truth) =>
    row.map((_, predicted) => cell(rows, names, truth, predicted, left + CELL * predicted, top + CELL * truth)),
  );
  const labels = names.flatMap((name, i) => {
    const [x, y] = [left + CELL * (i + 0.5), top + CELL * (i + 0.5)];
    return [
      svgText(name, { x: left - GAP, y: y + 4, anchor: "end", fill: INK }),
      svgText(name, {
        x: 0,
        y: 0,
        fill: INK,
        transform: `translate(${x.toFixed(2)} ${(top - GAP).toFixed(2)}) rotate(-45)`,
      }),
    ];
  });
  const axes = [
    svgText(HEADING, { x: GAP, y: 18, fill: INK, weight: "bold" }),
    svgText("true", {
      x: 0,
      y: 0,
      anchor: "middle",
      fill: GREY,
      transform: `translate(14 ${(top + side / 2).toFixed(2)}) rotate(-90)`,
    }),
    svgText("predicted", { x: left + side / 2, y: top + side + 18, anchor: "middle", fill: GREY }),
  ];
  const width = Math.max(left + side + longest * Math.SQRT1_2 + GAP, 1.1 * textLength(HEADING));
  const height = top + side + 28;
  return svgDocument(width, height, "Confusion matrix", [...cells, ...labels, ...axes].join(""));
}

function cell(
  rows: readonly (readonly number[])[],
  names: readonly string[],
  truth: number,
  predicted: number,
  x: number,
  y: number,
): string {
  const row = rows[truth] ?? [];
  const total = row.reduce((sum, count) => sum + count, 0);
  const count = row[predicted] ?? 0;
  const share = total === 0 ? 0 : count / total;
  const fill = total === 0 ? "#f0f0f0" : blend(share);
  const said = `${names[truth]} taken for ${names[predicted]}: ${count.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} px`;
  const box = element("rect", { x, y, width: CELL - 1, height: CELL - 1, fill }, element("title", {}, escapeXml(said)));
  if (count === 0) return box;
  const ink = share > 0.5 ? "white" : INK;
  const place = { x: x + CELL / 2, y: y + CELL / 2 + 4, anchor: "middle", fill: ink } as const;
  return box + element("g", { "pointer-events": "none" }, svgText(formatShare(share), place));
}

function blend(share: number): string {
  const color = LIGHT.map((low, c) => Math.round(low + share * ((DARK[c] ?? 0) - low)));
  return `rgb(${color.join(" ")})`;
}

/** Percent; what is there is never 0, what is missing never makes 100. */
function formatShare(share: number): string {
  if (share < 0.001) return "<.1";
  const percent = 100 * share;
  if (percent < 9.95) return percent.toFixed(1);
  return share < 1 ? `${Math.min(99, Math.round(percent))}` : "100";
}
