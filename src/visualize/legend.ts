/** Legends: which colour is which class. */
import type { Image, Rgb } from "../image/index.ts";
import { type LabelMap, labelHistogram, type Palette, VOC_PALETTE, VOID } from "../labels/index.ts";
import { createCanvas, drawText, fillRectangle, LINE_HEIGHT, paste, textWidth } from "./canvas.ts";

export interface LegendEntry {
  readonly text: string;
  readonly color: Rgb;
}

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [32, 32, 32];
const FRAME: Rgb = [160, 160, 160];

/**
 * The classes of a label map with their shares of the photo, the largest first; background and void are left out.
 *
 * @param names - Class names, by label.
 */
export function legendEntries(
  labels: LabelMap,
  names: readonly string[],
  palette: Palette = VOC_PALETTE,
): LegendEntry[] {
  const counts = labelHistogram(labels);
  const total = labels.data.length;
  return [...counts.entries()]
    .filter(([label, count]) => count > 0 && label !== 0 && label !== VOID)
    .sort((a, b) => b[1] - a[1])
    .map(([label, count]) => ({
      text: `${names[label] ?? `class ${label}`} ${formatShare(count / total)}`,
      color: palette[label] ?? WHITE,
    }));
}

/**
 * Puts a legend under a picture: colour and text of each entry, in as many lines as they need. Without entries it says
 * `empty`. A picture that is too narrow for the widest entry gets a white margin.
 *
 * @param empty - Said if there are no entries.
 */
export function addLegend(picture: Image, entries: readonly LegendEntry[], empty = "background only"): Image {
  // Text grows with the picture: capitals of 7 px at a width of 320 px, of 14 px at 640 px, and so on.
  const scale = Math.max(1, Math.round(picture.width / 320));
  const gap = 4 * scale;
  const line = LINE_HEIGHT * scale;
  const widths = entries.map((entry) => line + gap + textWidth(entry.text, scale));
  const width = Math.max(picture.width, ...widths.map((w) => w + 2 * gap), textWidth(empty, scale) + 2 * gap);
  const places: { x: number; row: number }[] = [];
  let [x, row] = [gap, 0];
  for (const entryWidth of widths) {
    if (x > gap && x + entryWidth + gap > width) [x, row] = [gap, row + 1];
    places.push({ x, row });
    x += entryWidth + 3 * gap;
  }
  const canvas = createCanvas({ height: picture.height + gap + (row + 1) * (line + gap), width }, WHITE);
  paste(canvas, picture, 0, 0);
  const top = picture.height + gap;
  if (entries.length === 0) drawText(canvas, empty, gap, top, FRAME, scale);
  entries.forEach((entry, i) => {
    const { x: left, row: rowNumber } = places[i] ?? { x: gap, row: 0 };
    const y = top + rowNumber * (line + gap);
    fillRectangle(canvas, left, y, line, line, FRAME);
    fillRectangle(canvas, left + scale, y + scale, line - 2 * scale, line - 2 * scale, entry.color);
    drawText(canvas, entry.text, left + line + gap, y + scale, INK, scale);
  });
  return canvas;
}

/** A share of the photo as text; a class that is there is never 0 %. */
function formatShare(share: number): string {
  return share < 0.01 ? "<1 %" : `${Math.round(share * 100)} %`;
}
