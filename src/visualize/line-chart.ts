/** Curves over the samples of a training, as SVG. */
import { element, escapeXml, svgDocument, svgText, textLength } from "./svg.ts";
import { niceTicks, tickTexts } from "./ticks.ts";

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartOptions {
  readonly title: string;
  readonly xLabel?: string;
  /** Values that an axis reaches to at least; default: what the points need. */
  readonly xFrom?: number;
  readonly xTo?: number;
  readonly yFrom?: number;
  readonly yTo?: number;
  readonly width?: number;
  readonly height?: number;
}

/** Colours that people with any colour vision tell apart. Source: M. Okabe, K. Ito, Color Universal Design, 2008. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999"];
const DASHES = [undefined, "6 3", "2 2", "8 3 2 3", "1 4"];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 16, 30, 40];
/** Of the legend: height of its lines, and length of its strokes. */
const [LINE, SWATCH] = [18, 20];
const [INK, GREY, GRID] = ["#202020", "#767676", "#e4e4e4"];
/** More points than this are averaged in groups: a curve has no more pixels. */
const MAX_POINTS = 400;

/**
 * Draws curves in one chart, with a legend of their names and last values if there are several.
 *
 * @param series - Points in the order of x; those that are not finite are left out.
 * @returns SVG, to be written to a file or put into a page.
 */
export function lineChart(series: readonly Series[], options: LineChartOptions): string {
  const { title, xLabel = "samples", width = 430, height = 240, xFrom, xTo, yFrom, yTo } = options;
  const curves = series.map(({ name, points }) => ({ name, points: thinned(points.filter(isFinitePoint)) }));
  const legend = series.length > 1 ? legendRows(curves, width) : { body: "", height: 0 };
  const all = curves.flatMap(({ points }) => points);
  if (all.length === 0) {
    const nothing = svgText("nothing yet", { x: width / 2, y: height / 2, anchor: "middle", fill: GREY });
    return svgDocument(width, height, title, heading(title) + nothing);
  }
  const [xTicks, yTicks] = [
    axisTicks(
      fromStart(
        withBounds(
          all.map(([x]) => x),
          xFrom,
          xTo,
        ),
      ),
    ),
    axisTicks(
      withBounds(
        all.map(([, y]) => y),
        yFrom,
        yTo,
      ),
    ),
  ];
  const toX = scale(xTicks, LEFT, width - RIGHT);
  const toY = scale(yTicks, height - BOTTOM, TOP);
  const xText = { y: height - BOTTOM + 16, anchor: "middle", fill: GREY } as const;
  const grid = [
    ...yTicks.map((tick) => line(LEFT, toY(tick), width - RIGHT, toY(tick), { stroke: GRID })),
    ...tickTexts(yTicks).map((text, i) =>
      svgText(text, { x: LEFT - 6, y: toY(yTicks[i] ?? 0) + 4, anchor: "end", fill: GREY }),
    ),
    ...tickTexts(xTicks).map((text, i) => svgText(text, { x: toX(xTicks[i] ?? 0), ...xText })),
    svgText(xLabel, { x: (LEFT + width - RIGHT) / 2, y: height - 6, anchor: "middle", fill: GREY }),
  ];
  const drawn = curves.map(({ points }, i) => curve(points, toX, toY, strokeOf(i)));
  const below = element("g", { transform: `translate(0 ${height})` }, legend.body || " ");
  return svgDocument(width, height + legend.height, title, [heading(title), ...grid, ...drawn, below].join(""));
}

type Point = readonly [x: number, y: number];
type Scale = (value: number) => number;

interface Stroke {
  readonly stroke: string;
  readonly "stroke-width"?: number;
  readonly "stroke-dasharray"?: string | undefined;
}

/** Curves beyond the colours are dashed, each round of colours in its own way. */
function strokeOf(i: number): Stroke {
  const dash = DASHES[Math.floor(i / COLORS.length) % DASHES.length];
  return { stroke: COLORS[i % COLORS.length] ?? INK, "stroke-width": 1.6, "stroke-dasharray": dash };
}

function isFinitePoint([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

function withBounds(values: readonly number[], ...bounds: readonly (number | undefined)[]): number[] {
  return [...values, ...bounds.filter((value) => value !== undefined)];
}

/** Curves of one run begin at different samples, but their axes are alike. */
function fromStart(samples: readonly number[]): readonly number[] {
  const [least, most] = [Math.min, Math.max].map((pick) => samples.reduce((a, b) => pick(a, b)));
  return (least ?? 0) < (most ?? 0) / 2 ? [0, ...samples] : samples;
}

function axisTicks(values: readonly number[]): number[] {
  const least = values.reduce((a, b) => Math.min(a, b));
  return niceTicks(
    least,
    values.reduce((a, b) => Math.max(a, b)),
  );
}

function scale(ticks: readonly number[], from: number, to: number): Scale {
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function heading(title: string): string {
  return svgText(title, { x: 8, y: 18, fill: INK, weight: "bold" });
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: Stroke): string {
  return element("line", { x1, y1, x2, y2, ...stroke });
}

function curve(points: readonly Point[], toX: Scale, toY: Scale, stroke: Stroke): string {
  const at = points.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`);
  const path = element("polyline", { points: at.join(" "), fill: "none", ...stroke });
  if (points.length > 60) return path;
  const dots = points.map(([x, y]) =>
    element(
      "circle",
      { cx: toX(x), cy: toY(y), r: 2.2, fill: stroke.stroke },
      element("title", {}, escapeXml(`${x.toLocaleString("en-US")}: ${Number(y.toPrecision(4))}`)),
    ),
  );
  return path + dots.join("");
}

/** Means of groups of neighbours. */
function thinned(points: readonly Point[]): readonly Point[] {
  const group = Math.ceil(points.length / MAX_POINTS);
  if (group <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / group) }, (_, i) => {
    const part = points.slice(i * group, (i + 1) * group);
    const mean = (axis: 0 | 1): number => part.reduce((sum, point) => sum + point[axis], 0) / part.length;
    return [mean(0), mean(1)] as const;
  });
}

function legendRows(curves: readonly Series[], width: number): { body: string; height: number } {
  let [x, y] = [LEFT, 12];
  const parts = curves.map(({ name, points }, i) => {
    const last = points.at(-1)?.[1];
    const text = last === undefined ? name : `${name} ${Number(last.toPrecision(3))}`;
    const length = SWATCH + 6 + textLength(text) + 14;
    if (x > LEFT && x + length > width) [x, y] = [LEFT, y + LINE];
    const entry = line(x, y - 4, x + SWATCH, y - 4, strokeOf(i)) + svgText(text, { x: x + SWATCH + 6, y, fill: INK });
    x += length;
    return entry;
  });
  return { body: parts.join(""), height: y + 6 };
}
