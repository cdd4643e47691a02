/** The golden case `metrics`: label maps in, confusion matrix and scores out, through the public evaluation code. */
import { ConfusionMatrix, type LabelMap, labelMap, scoresOf } from "deconvnet/evaluate";

/** A tensor of a golden file; int64 data may come as bigint. */
export interface MetricsTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** One line of the golden runner's table; an exact tensor has `atol` 0. */
export interface MetricsRow {
  readonly tensor: string;
  readonly maxAbs: number;
  readonly maxRel: number;
  readonly atol: number;
  readonly ok: boolean;
}

/** Runs the case: every `truth<i>`, `pred<i>` pair of the file is one image. */
export function runMetricsCase(
  tensors: Readonly<Record<string, MetricsTensor>>,
  metadata: Readonly<Record<string, string>>,
): MetricsRow[] {
  const classes = Number(metadata["classes"]);
  const matrix = new ConfusionMatrix(classes);
  for (let i = 0; tensors[`truth${i}`] !== undefined; i++) {
    matrix.accumulate(labelsOf(tensors, `truth${i}`), labelsOf(tensors, `pred${i}`));
  }
  const scores = scoresOf(
    matrix,
    Array.from({ length: classes }, (_, c) => `class ${c}`),
  );
  const ious = scores.classes.map((score) => score.iou ?? Number.NaN);
  const inTruth = scores.classes.filter((score) => score.pixels > 0).map((score) => score.iou ?? 0);
  const ours: Record<string, readonly number[]> = {
    confusion: matrix.toRows().flat(),
    iou: ious,
    class_accuracy: scores.classes.map((score) => score.accuracy ?? Number.NaN),
    mean_iou_present: [scores.meanIoU ?? Number.NaN],
    mean_iou_in_truth: [average(inTruth)],
    mean_iou_21: [average(scores.classes.map((score) => score.iou ?? 0))],
    pixel_accuracy: [scores.pixelAccuracy ?? Number.NaN],
    mean_accuracy: [scores.meanAccuracy ?? Number.NaN],
    fw_iou: [scores.frequencyWeightedIoU ?? Number.NaN],
  };
  const tolerances = JSON.parse(metadata["atol"] ?? "{}") as Record<string, number>;
  return Object.entries(ours)
    .filter(([name]) => tensors[name] !== undefined)
    .map(([name, values]) => compare(name, values, tensorOf(tensors, name), tolerances[name] ?? 0));
}

function tensorOf(tensors: Readonly<Record<string, MetricsTensor>>, name: string): MetricsTensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`The golden case has no tensor "${name}".`);
  return tensor;
}

function labelsOf(tensors: Readonly<Record<string, MetricsTensor>>, name: string): LabelMap {
  const { shape, data } = tensorOf(tensors, name);
  const [height = 0, width = 0] = shape;
  return labelMap(Uint8Array.from(data as ArrayLike<number>), height, width);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** NaN (an absent class) equals NaN alone. */
function compare(tensor: string, ours: readonly number[], stored: MetricsTensor, atol: number): MetricsRow {
  let [maxAbs, maxRel] = [ours.length === stored.data.length ? 0 : Number.POSITIVE_INFINITY, 0];
  ours.forEach((value, i) => {
    const expected = Number(stored.data[i]);
    if (Number.isNaN(value) && Number.isNaN(expected)) return;
    const difference = Math.abs(value - expected);
    maxAbs = Math.max(maxAbs, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    if (difference > 0) maxRel = Math.max(maxRel, difference / Math.abs(expected));
  });
  return { tensor, maxAbs, maxRel, atol, ok: maxAbs <= atol };
}
