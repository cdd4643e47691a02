/** What a training says on its way, in lines. */
import type { TrainingEvent, TrainingProgress } from "../train/node.ts";
import { duration, percent } from "./format-numbers.ts";
import type { ProgressLine } from "./progress-line.ts";

export function showEvent(event: TrainingEvent, line: ProgressLine): void {
  if (event.type === "step") line.update(stepText(event.progress));
  else line.note(noteText(event));
}

function noteText(event: Exclude<TrainingEvent, { readonly type: "step" }>): string {
  if (event.type === "note") return event.text;
  return event.type === "checkpoint" ? `checkpoint: ${event.path}` : validationText(event);
}

function stepText(progress: TrainingProgress): string {
  const { samples, total, learningRate, samplesPerSecond, readerShare, secondsLeft, residentBytes } = progress;
  return [
    `${samples}/${total} samples`,
    lossText(progress),
    `rate ${learningRate.toExponential(2)}`,
    `${samplesPerSecond.toFixed(1)} samples/s`,
    `reader ${percent(readerShare)}`,
    `left ${duration(secondsLeft)}`,
    `memory ${(residentBytes / 1e9).toFixed(2)} GB`,
  ].join("  ");
}

function lossText({ loss, lossParts }: TrainingProgress): string {
  const parts = Object.entries(lossParts).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  return `loss ${loss.toFixed(4)}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

function validationText({ samples, result, best }: Extract<TrainingEvent, { readonly type: "validation" }>): string {
  const classes = result.classes.map(({ name, iou }) => `${name} ${iou === null ? "absent" : percent(iou)}`).join(", ");
  const mean = result.meanIoU === null ? "none" : percent(result.meanIoU);
  return `validation at ${samples}: mean IoU ${mean}${best ? " (best)" : ""}; ${classes}`;
}
