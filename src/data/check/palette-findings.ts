/** Findings about palettes: in indexed label maps the value counts, and a program that saves anew may have given it another. */
import type { Rgb } from "../../image/index.ts";
import { VOC_PALETTE } from "../../labels/index.ts";
import { type Finding, finding } from "./finding.ts";
import { type DatasetScan, readLabelsOf, type ScannedPhoto } from "./scan.ts";
import type { LabelFacts } from "./scan-label-file.ts";

const COUNTS = "In indexed files the value counts, not the colour: if a program has reordered the palettes,";

export function paletteFindings({ photos, mapping }: DatasetScan): Finding[] {
  const classes = VOC_PALETTE.map(keyOf).map((color, value) => (mapping.table[value]! < 0 ? -1 : color));
  const isMovedIn = photos.map((photo) => isMoved(readLabelsOf(photo), classes));
  const moved = photos.filter((_, i) => isMovedIn[i]);
  const others = differing(photos.filter((_, i) => !isMovedIn[i]));
  return [
    ...finding(
      ["warning", "odd-palettes"],
      moved.map(({ labelFile }) => labelFile),
      `expected VOC's colours at VOC's values, got them at other values in ${moved.length} label maps`,
      `${COUNTS} save the label maps as RGB, of which the colours are read.`,
    ),
    ...finding(
      ["warning", "odd-palettes"],
      others.map(({ labelFile }) => labelFile),
      `expected the same colour behind each value in all indexed label maps, got another in ${others.length} of them`,
      `${COUNTS} export the label maps again, all with one palette.`,
    ),
  ];
}

/** Whether all colours are those of classes, but not at their values. A palette of greys says nothing. */
function isMoved(labels: LabelFacts | undefined, classes: readonly number[]): boolean {
  const used = colorsByValue(labels);
  const isGrey = used.every(([value, color]) => color === keyOf([value, value, value]));
  return (
    !isGrey &&
    used.every(([, color]) => classes.includes(color)) &&
    used.some(([value, color]) => classes[value] !== color)
  );
}

/** Label maps with a colour that most of the others with this value do not have. */
function differing(photos: readonly ScannedPhoto[]): ScannedPhoto[] {
  const counts = new Map<number, Map<number, number>>();
  for (const photo of photos) {
    for (const [value, color] of colorsByValue(readLabelsOf(photo))) {
      const ofValue = counts.get(value) ?? new Map<number, number>();
      counts.set(value, ofValue.set(color, (ofValue.get(color) ?? 0) + 1));
    }
  }
  const usual = new Map([...counts].map(([value, colors]) => [value, [...colors].sort((a, b) => b[1] - a[1])[0]?.[0]]));
  return photos.filter((photo) =>
    colorsByValue(readLabelsOf(photo)).some(([value, color]) => usual.get(value) !== color),
  );
}

function colorsByValue(labels: LabelFacts | undefined): (readonly [value: number, color: number])[] {
  return (labels?.colors ?? []).map((color, i) => [labels?.values[i]?.[0] ?? 0, keyOf(color)] as const);
}

function keyOf([red, green, blue]: Rgb): number {
  return (red << 16) | (green << 8) | blue;
}
