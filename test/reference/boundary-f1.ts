/** Slow twin of the boundary F1: lists of points and all their distances, one class at a time. */
import { type LabelMap, VOID } from "../../src/labels/index.ts";

type Point = readonly [x: number, y: number];

/** Boundary F1 of class `c`; `null` if neither label map has it. */
export function slowBoundaryF1(truth: LabelMap, prediction: LabelMap, c: number, tolerance: number): number | null {
  const isTrue = (x: number, y: number): boolean => truth.data[y * truth.width + x] === c;
  const isPredicted = (x: number, y: number): boolean =>
    truth.data[y * truth.width + x] !== VOID && prediction.data[y * truth.width + x] === c;
  const points = pointsOf(truth);
  if (!points.some(([x, y]) => isTrue(x, y) || isPredicted(x, y))) return null;
  const trueOnes = boundary(points, isTrue);
  const predicted = boundary(points, isPredicted);
  if (trueOnes.length === 0 && predicted.length === 0) return 1;
  if (trueOnes.length === 0 || predicted.length === 0) return 0;
  const limit = tolerance * Math.hypot(truth.height, truth.width);
  const precision = share(predicted, trueOnes, limit);
  const recall = share(trueOnes, predicted, limit);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

function pointsOf({ height, width }: LabelMap): Point[] {
  return Array.from({ length: height * width }, (_, i) => [i % width, Math.floor(i / width)]);
}

function boundary(points: readonly Point[], isInside: (x: number, y: number) => boolean): Point[] {
  const isNeighbour = (a: Point, b: Point): boolean => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) === 1;
  return points.filter((p) => isInside(...p) && points.some((q) => isNeighbour(p, q) && !isInside(...q)));
}

function share(from: readonly Point[], to: readonly Point[], limit: number): number {
  const near = from.filter(([x, y]) => to.some(([u, v]) => Math.hypot(x - u, y - v) < limit));
  return near.length / from.length;
}
