/** The report of a run: one HTML file that makes no request and can stay open in a browser while the training goes on. */
import { countText, durationText, element, escapeXml, percentText } from "../../visualize/index.ts";
import { type Run, type RunPicture, type RunState, summarizeRun } from "../run.ts";
import { curveCharts, intervalText, scoreCharts, speedCharts } from "./charts.ts";
import { commandBlock, dataTable, settingsTable } from "./origin.ts";
import { REPORT_STYLE } from "./style.ts";

/** How often an open report is read again while the training goes on, s. */
const REFRESH = 30;

export interface ReportOptions {
  /** The run's name, as the title. */
  readonly name: string;
  /** When the report is written, as it is shown. */
  readonly written: string;
  /** The bytes of the JPEG files in `samples/`, by name, as base64. */
  readonly files: ReadonlyMap<string, string>;
}

/** Makes the HTML of a run's report. */
export function reportPage(run: Run, options: ReportOptions): string {
  const isLive = isLiveState(summarizeRun(run).state);
  const { batches, worst, best } = run.pictures;
  const head = [
    '<meta charset="utf-8">',
    // The browser itself refuses whatever is not in this file.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    isLive ? `<meta http-equiv="refresh" content="${REFRESH}">` : "",
    element("title", {}, escapeXml(`${options.name} - deconvnet`)),
    `<style>${REPORT_STYLE}</style>`,
  ];
  const sections = [
    header(run, options),
    section(
      "Curves",
      `<p>The loss, like the times below, is an average over about 20 steps.</p>${cards("charts", curveCharts(run))}`,
    ),
    section("Last validation", cards("flow", scoreCharts(run))),
    pictures("Worst photos: photo, truth, prediction", "photos", worst, run, options),
    pictures("Best photos: photo, truth, prediction", "photos", best, run, options),
    pictures("First training batches, as the network sees them", "flow", batches, run, options),
    section("Learning rate, speed and memory", cards("charts", speedCharts(run))),
    section("Data", dataTable(run)),
    section("To repeat it from the same folder", commandBlock(run)),
    section("Settings", settingsTable(run)),
  ];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.filter((line) => line !== "").join("\n")}\n</head>\n<body>\n${sections
    .filter((part) => part !== "")
    .join("\n")}\n</body>\n</html>\n`;
}

/** Whether more is to be expected. */
function isLiveState(state: RunState): boolean {
  return state === "running" || state === "open";
}

function header(run: Run, { name, written }: ReportOptions): string {
  const summary = summarizeRun(run);
  const isLive = isLiveState(summary.state);
  const { samples, total, best, last, samplesPerSecond, readerShare, residentBytes } = summary;
  const left = samplesPerSecond === undefined ? undefined : Math.max(0, total - samples) / samplesPerSecond;
  const tiles: (readonly [label: string, value: string])[] = [
    [isLive ? "samples so far" : summary.state, `${countText(samples)} of ${countText(total)}`],
    ["mean IoU", percentText(last?.meanIoU)],
    [best === undefined ? "best mean IoU" : `best mean IoU, at ${countText(best.samples)}`, percentText(best?.meanIoU)],
    ["loss", summary.loss?.toFixed(3) ?? "-"],
    ["samples/s", samplesPerSecond?.toFixed(2) ?? "-"],
    ["waiting for the reader", percentText(readerShare)],
    ["memory", residentBytes === undefined ? "-" : `${(residentBytes / 1e9).toFixed(2)} GB`],
    [isLive ? "time so far" : "time of training", durationText(summary.seconds)],
    ...(isLive ? [["left, about", durationText(left)] as const] : []),
  ];
  const shown = tiles.map(
    ([label, value]) => `<div class="tile"><b>${escapeXml(value)}</b><span>${escapeXml(label)}</span></div>`,
  );
  const interval = intervalText(run);
  const sure = interval === "" ? "" : `<p>Last mean IoU: ${escapeXml(interval)} (bootstrap over photos).</p>`;
  const failed = summary.error === undefined ? "" : `<p class="error">${escapeXml(summary.error)}</p>`;
  return `<h1>${escapeXml(name)}</h1><p>Written ${escapeXml(written)}.</p>${failed}<div class="tiles">${shown.join("")}</div>${sure}`;
}

function section(title: string, body: string): string {
  return body === "" ? "" : `<h2>${escapeXml(title)}</h2>${body}`;
}

/** How parts stand beside one another: in columns for charts or photos, or each as wide as it is. */
type Layout = "charts" | "photos" | "flow";

function cards(layout: Layout, parts: readonly string[]): string {
  return parts.length === 0
    ? ""
    : `<div class="${layout}">${parts.map((part) => `<div class="card">${part}</div>`).join("")}</div>`;
}

function pictures(
  title: string,
  layout: Layout,
  list: readonly RunPicture[],
  { pictures: { colors } }: Run,
  options: ReportOptions,
): string {
  const figures = list.flatMap(({ file, caption }) => {
    const bytes = options.files.get(file);
    const image = element("img", { src: `data:image/jpeg;base64,${bytes}`, alt: caption });
    return bytes === undefined ? [] : [`<figure>${image}<figcaption>${escapeXml(caption)}</figcaption></figure>`];
  });
  if (figures.length === 0) return "";
  // Background, like void, is not painted.
  const legend = colors
    .slice(1)
    .map(({ name, color }) => `<span><i style="background:rgb(${color.join(" ")})"></i>${escapeXml(name)}</span>`);
  return section(title, `<div class="legend">${legend.join("")}</div>${cards(layout, figures)}`);
}
