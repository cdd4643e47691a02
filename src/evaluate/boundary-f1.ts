/**
 * Boundary F1: how well the outline of each class is found. Of the predicted boundary pixels of a class, those closer than a
 * tolerance to a true one are right (precision); of the true ones, those closer than it to a predicted one are found (recall).
 *
 * @see G. Csurka, D. Larlus, F. Perronnin, What is a good evaluation measure for semantic segmentation?, BMVC 2013,
 *   section 3.2: the measure of one class in one image, with a tolerance of 0.75 % of the image's diagonal.
 */
import { OptionError } from "../errors.ts";
import { type LabelMap, VOID } from "../labels/index.ts";
import { checkPair } from "./check-pair.ts";

export interface BoundaryOptions {
  /** Boundary pixels closer than this match, as a share of the image's diagonal: more than 0, at most 1. */
  readonly tolerance?: number;
}

export const BOUNDARY_DEFAULTS: Required<BoundaryOptions> = Object.freeze({ tolerance: 0.0075 });

/**
 * Computes the boundary F1 of every class in one image.
 *
 * A boundary pixel belongs to the class and touches (left, right, above or below) a pixel that does not; the image's own
 * border is no boundary. Void pixels belong to no class, in the truth and in the prediction alike: an outline is right
 * wherever it runs inside a ring of void, and what is predicted under void costs nothing. So do the evaluations of
 * Gated-SCNN (T. Takikawa et al., ICCV 2019) and of DAVIS 2017.
 *
 * @param truth - Label map with classes 0 to `classes - 1` and void.
 * @param prediction - Label map of the same size, without void.
 * @param classes - Number of classes, background included.
 * @param options - {@link BoundaryOptions}; defaults {@link BOUNDARY_DEFAULTS}.
 * @param name - Named in errors, e.g. the file.
 * @returns By class, 0 to 1. `null` if neither map has the class; 0 if one has a boundary of it and the other has none;
 *   1 if both have the class and neither a boundary of it.
 * @throws {ShapeError} if the sizes differ.
 * @throws {OptionError} if a value is neither a class nor void, or the tolerance is out of range.
 */
export function boundaryF1(
  truth: LabelMap,
  prediction: LabelMap,
  classes: number,
  options: BoundaryOptions = {},
  name = "image",
): (number | null)[] {
  const { tolerance } = { ...BOUNDARY_DEFAULTS, ...options };
  if (!(tolerance > 0 && tolerance <= 1)) {
    throw new OptionError(`boundaryF1: expected a tolerance above 0 and at most 1, got ${tolerance}.`);
  }
  checkPair("boundaryF1", truth, prediction, classes, name);
  const predicted = prediction.data.map((label, i) => (truth.data[i] === VOID ? VOID : label));
  const { height, width } = truth;
  const disk = diskOffsets(tolerance * Math.hypot(height, width));
  const [inTruth, inPrediction] = [truth.data, predicted].map((labels) => boundariesOf(labels, height, width));
  if (inTruth === undefined || inPrediction === undefined) return [];
  const precision = matchedShares(inPrediction, inTruth, width, classes, disk);
  const recall = matchedShares(inTruth, inPrediction, width, classes, disk);
  return Array.from({ length: classes }, (_, c) =>
    truth.data.includes(c) || predicted.includes(c) ? f1(precision[c] ?? null, recall[c] ?? null) : null,
  );
}

/** `null` stands for the share of a boundary that is not there. */
function f1(precision: number | null, recall: number | null): number {
  if (precision === null && recall === null) return 1;
  if (precision === null || recall === null || precision + recall === 0) return 0;
  return (2 * precision * recall) / (precision + recall);
}

/** The class at each boundary pixel, void elsewhere. */
function boundariesOf(labels: Uint8Array, height: number, width: number): Uint8Array {
  const boundaries = new Uint8Array(labels.length).fill(VOID);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const label = labels[at]!;
      if (
        (x > 0 && labels[at - 1] !== label) ||
        (x < width - 1 && labels[at + 1] !== label) ||
        (y > 0 && labels[at - width] !== label) ||
        (y < height - 1 && labels[at + width] !== label)
      ) {
        boundaries[at] = label;
      }
    }
  }
  return boundaries;
}

/** Steps `[dx, dy]` shorter than `radius` px, the shortest first. */
function diskOffsets(radius: number): Int32Array {
  const reach = Math.ceil(radius);
  const steps: (readonly [dx: number, dy: number])[] = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) if (Math.hypot(dx, dy) < radius) steps.push([dx, dy]);
  return Int32Array.from(steps.sort((a, b) => Math.hypot(...a) - Math.hypot(...b)).flat());
}

/** By class, which share of the boundary pixels in `from` has one of the class in `to` nearby; `null` if there is none. */
function matchedShares(
  from: Uint8Array,
  to: Uint8Array,
  width: number,
  classes: number,
  disk: Int32Array,
): (number | null)[] {
  const all = new Float64Array(classes);
  const matched = new Float64Array(classes);
  for (let at = 0; at < from.length; at++) {
    const label = from[at]!;
    if (label === VOID) continue;
    all[label]!++;
    const x = at % width;
    for (let i = 0; i < disk.length; i += 2) {
      const dx = disk[i]!;
      // Above and below the image there is nothing to read; to its sides there would be the next row.
      if (x + dx < 0 || x + dx >= width || to[at + disk[i + 1]! * width + dx] !== label) continue;
      matched[label]!++;
      break;
    }
  }
  return Array.from(all, (count, label) => (count === 0 ? null : matched[label]! / count));
}
