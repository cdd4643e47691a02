/** What `deconvnet crf search` says at the end. */
import type { CrfPreset } from "../crf/index.ts";
import { scoresOf } from "../evaluate/index.ts";
import type { FoundCrf } from "../segment/index.ts";
import { alignColumns } from "./align-columns.ts";
import { std } from "./crf-options.ts";

/** Trials in the table. */
const SHOWN = 10;

/** The best trials, and IoU by class without and with the best preset. */
export function searchReport(found: FoundCrf, names: readonly string[]): string {
  const { trials, drawn, drawnBefore, before, after } = found;
  const [without, refined] = [scoresOf(before, names), scoresOf(after, names)];
  const classes = without.classes.map(({ name, iou }, c) => classRow(name, iou, refined.classes[c]?.iou ?? null));
  const gain = (refined.meanIoU ?? 0) - (without.meanIoU ?? 0);
  return [
    `${trials.length} presets on ${drawn} photos, the best ${Math.min(SHOWN, trials.length)}:`,
    ...alignColumns([
      ["mean IoU %", "smoothness px", "weight", "appearance px", "colour", "weight", "normalization", "iterations"],
      ...trials.slice(0, SHOWN).map(({ preset, score }) => [percent(score), ...presetRow(preset)]),
      [percent(drawnBefore), "no CRF"],
    ]),
    "",
    "All photos, at the size of the score maps:",
    ...alignColumns([
      ["class", "IoU % without", "with", "gain"],
      ...classes,
      classRow("mean", without.meanIoU, refined.meanIoU),
    ]),
    ...(gain > 0 ? [] : ["No preset that was tried is better than no CRF: leave it out."]),
  ].join("\n");
}

/** Where a preset comes from, for its file. */
export function presetFile({ before, after, trials }: FoundCrf, names: readonly string[], data: string): string[] {
  const [without, refined] = [before, after].map((matrix) => percent(scoresOf(matrix, names).meanIoU));
  return [
    `Found by deconvnet crf search: the best of ${trials.length} presets on ${data}.`,
    `Mean IoU there without a CRF ${without} %, with this one ${refined} %.`,
  ];
}

function presetRow({ smoothness, appearance, normalization, iterations }: CrfPreset): string[] {
  return [
    smoothness === undefined ? "-" : std(smoothness.spatialStd),
    smoothness === undefined ? "-" : std(smoothness.weight),
    appearance === undefined ? "-" : std(appearance.spatialStd),
    appearance === undefined ? "-" : std(appearance.colorStd),
    appearance === undefined ? "-" : std(appearance.weight),
    normalization,
    String(iterations),
  ];
}

function classRow(name: string, before: number | null, after: number | null): string[] {
  const gain = before === null || after === null ? "" : signed(100 * (after - before));
  return [name, percent(before), percent(after), gain];
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(2)}`;
}

function percent(share: number | null): string {
  return share === null ? "absent" : (100 * share).toFixed(2);
}
