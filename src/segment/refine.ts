/** The CRF at the end of the pipeline: from what is known of a photo's pixels to labels that follow its edges. */
import {
  type CrfPreset,
  type CrfThreads,
  fitCrf,
  type MeanFieldProgress,
  meanField,
  type Unary,
  unaryFromLabels,
  unaryFromProbabilities,
  unaryFromScores,
} from "../crf/index.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { type Image, resizeScores, type Size } from "../image/index.ts";
import { type LabelMap, labelHistogram, labelMap, resizeLabels, VOID } from "../labels/index.ts";
import { fitPhoto, hasShapeOf } from "./fit.ts";
import { labelsAt } from "./labels-at.ts";
import type { ScoreMap } from "./tiles.ts";

/** What the CRF starts from. */
export type Evidence =
  /** Raw class scores, in a size of the photo's shape, such as the network's. */
  | { readonly kind: "scores"; readonly map: ScoreMap }
  /** Probabilities, likewise. */
  | { readonly kind: "probabilities"; readonly map: ScoreMap }
  /** A label map of the photo's size, each label right with a probability, (0, 1); void says nothing. */
  | { readonly kind: "labels"; readonly map: LabelMap; readonly confidence: number };

/** Options of {@link refineLabels}. */
export interface RefineOptions {
  /** The CRF works on the photo at its own size, but no longer side of more than this, px. */
  readonly size?: number;
  readonly threads?: CrfThreads;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MeanFieldProgress) => void;
}

/** 1,024 px: 21 classes take about 0.5 GB, and a few seconds. */
export const REFINE_DEFAULTS = Object.freeze({ size: 1024 });

/** What {@link refineLabels} gives. */
export interface Refined {
  /** Of the photo's size, without void. */
  readonly labels: LabelMap;
  /** Pixels of the photo whose label is another than without the CRF. */
  readonly changed: number;
  /** The preset as it was used, in px of `workSize`. */
  readonly preset: CrfPreset;
  /** The size at which the CRF worked, px. */
  readonly workSize: Size;
  /** Pixels whose label changed in each update, at `workSize`. */
  readonly labelsChanged: readonly number[];
}

/**
 * Refines scores, probabilities or labels with the photo that they belong to. The preset is carried over from the size that it was
 * found at to the photo's.
 *
 * @param photo - The photo at its own size.
 * @param preset - Such as `CRF_PRESETS.pydensecrf`.
 * @param options - {@link RefineOptions}; defaults {@link REFINE_DEFAULTS}.
 * @throws {ShapeError} if the map's shape is not the photo's.
 * @throws {OptionError} if a parameter or a number in the map is out of range. {@link BackendError} if memory does not suffice.
 * @example
 * ```ts
 * const scores = await segmenter.scores(photo);
 * const { labels } = await refineLabels({ kind: "scores", map: scores }, photo, CRF_PRESETS.pydensecrf);
 * ```
 */
export async function refineLabels(
  evidence: Evidence,
  photo: Image,
  preset: CrfPreset,
  options: RefineOptions = {},
): Promise<Refined> {
  const { size, ...rest } = { ...REFINE_DEFAULTS, ...options };
  checkShape(evidence, photo);
  const picture = Math.max(photo.height, photo.width) > size ? fitPhoto(photo, size) : photo;
  const { unary, ids } = unaryAt(evidence, picture);
  const fitted = fitCrf(preset, picture);
  const result = await meanField(unary, picture, { ...fitted, ...rest });
  const { classes, height, width, marginals, labelsChanged } = result;
  const refined =
    picture === photo
      ? labelMap(result.labels, height, width)
      : labelsAt({ classes, height, width, data: marginals }, photo);
  const labels =
    ids === undefined
      ? refined
      : labelMap(
          refined.data.map((place) => ids[place] ?? VOID),
          photo.height,
          photo.width,
        );
  const plain = evidence.kind === "labels" ? evidence.map : labelsAt(evidence.map, photo);
  const changed = countChanged(plain, labels);
  return { labels, changed, preset: fitted, workSize: { height, width }, labelsChanged };
}

/** Score maps may be smaller or larger than the photo; label maps may not. */
function checkShape({ kind, map }: Evidence, photo: Image): void {
  const isExact = map.height === photo.height && map.width === photo.width;
  if (isExact || (kind !== "labels" && hasShapeOf(map, photo))) return;
  const choice = kind === "labels" ? "" : ", or another size of the same shape";
  throw new ShapeError(
    `refineLabels: expected ${kind} of the photo's size, ${photo.height}x${photo.width} px (height x width)${choice}, got ` +
      `${map.height}x${map.width}. Check that both belong together.`,
  );
}

/** The unary at a size; with `ids`, class c of the unary is label `ids[c]`. */
function unaryAt(evidence: Evidence, size: Size): { unary: Unary; ids?: readonly number[] } {
  if (evidence.kind === "labels") return labelUnary(evidence.map, evidence.confidence, size);
  const { classes, height, width, data } = evidence.map;
  const isSame = height === size.height && width === size.width;
  const resized = isSame ? data : resizeScores(data, [classes, height, width], size);
  const shape = [classes, size.height, size.width] as const;
  const unaryFrom = evidence.kind === "scores" ? unaryFromScores : unaryFromProbabilities;
  return { unary: unaryFrom(resized, shape) };
}

/** Only the labels that are there become classes: a map with the labels 0 and 10 has two. */
function labelUnary(labels: LabelMap, confidence: number, size: Size): { unary: Unary; ids: readonly number[] } {
  const counts = labelHistogram(labels);
  const ids = [...counts.keys()].filter((label) => label !== VOID && (counts[label] ?? 0) > 0);
  if (ids.length === 0) {
    throw new OptionError(
      `refineLabels: expected a label map with at least 1 label, got ${labels.data.length} pixels of void (${VOID}).`,
    );
  }
  const places = new Uint8Array(256).fill(VOID);
  for (const [place, label] of ids.entries()) places[label] = place;
  const data = resizeLabels(labels, size).data.map((label) => places[label] ?? VOID);
  return { unary: unaryFromLabels(data, [ids.length, size.height, size.width], { confidence }), ids };
}

function countChanged(before: LabelMap, after: LabelMap): number {
  let changed = 0;
  for (let i = 0; i < after.data.length; i++) if (before.data[i]! !== after.data[i]!) changed++;
  return changed;
}
