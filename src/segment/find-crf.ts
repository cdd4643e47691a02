/** Chooses the CRF of a model: searches its parameters on photos with score maps and label maps that are kept for choosing. */
import {
  type CrfPreset,
  type CrfSearchOptions,
  type CrfThreads,
  type CrfTrial,
  fitCrf,
  meanField,
  searchCrf,
  unaryFromScores,
} from "../crf/index.ts";
import { OptionError } from "../errors.ts";
import { ConfusionMatrix, scoresOf } from "../evaluate/index.ts";
import type { Image } from "../image/index.ts";
import { type LabelMap, labelMap } from "../labels/index.ts";
import { randomFor } from "../tensor/index.ts";
import { labelsAt } from "./labels-at.ts";
import type { ScoreMap } from "./tiles.ts";

/** A photo, its truth and what the network says of it: all of one size, that at which the model is evaluated. */
export interface ScoredPhoto {
  readonly id: string;
  readonly image: Image;
  readonly labels: LabelMap;
  readonly scores: ScoreMap;
}

/** Where scored photos come from; they are read anew for each trial, so that memory does not limit their number. */
export interface ScoredPhotos {
  readonly length: number;
  readonly classNames: readonly string[];
  read(photo: number): Promise<ScoredPhoto>;
}

/** Options of {@link findCrf}. */
export interface FindCrfOptions extends Omit<CrfSearchOptions, "size"> {
  /** Photos that the trials are scored on, drawn from all by the seed; before and after are measured on all. */
  readonly photos?: number;
  readonly threads?: CrfThreads;
  readonly signal?: AbortSignal;
}

export const FIND_CRF_DEFAULTS = Object.freeze({ photos: 60 });

/** What {@link findCrf} gives. */
export interface FoundCrf {
  readonly preset: CrfPreset;
  /** Everything that was tried, the best first; `score` is the mean IoU over the drawn photos. */
  readonly trials: readonly CrfTrial[];
  /** Photos that the trials were scored on, and their mean IoU without a CRF. */
  readonly drawn: number;
  readonly drawnBefore: number;
  /** Over all photos, without a CRF and with the preset. */
  readonly before: ConfusionMatrix;
  readonly after: ConfusionMatrix;
}

/**
 * Finds the preset with the best mean IoU. Its `size` and `spatialStd` are in px of the size at which the model is evaluated.
 *
 * @param options - {@link FindCrfOptions}; defaults {@link FIND_CRF_DEFAULTS} and those of `searchCrf`.
 * @throws {OptionError} if there is no photo. `signal.reason` if cancelled. What reading throws.
 */
export async function findCrf(photos: ScoredPhotos, options: FindCrfOptions = {}): Promise<FoundCrf> {
  const { photos: most, ...rest } = { ...FIND_CRF_DEFAULTS, ...options };
  if (photos.length === 0 || !(Number.isInteger(most) && most >= 1)) {
    throw new OptionError(`findCrf: expected at least 1 photo, got ${Math.min(photos.length, most)}.`);
  }
  const all = Array.from({ length: photos.length }, (_, photo) => photo);
  const drawn = drawPhotos(all, most, rest.seed ?? 1);
  const { scores } = await photos.read(0);
  const score = async (preset: CrfPreset | undefined): Promise<number> =>
    scoresOf(await scoreCrf(photos, drawn, preset, rest), photos.classNames).meanIoU ?? 0;
  const drawnBefore = await score(undefined);
  const trials = await searchCrf(score, { ...rest, size: Math.max(scores.height, scores.width) });
  const preset = (trials[0] as CrfTrial).preset;
  return {
    preset,
    trials,
    drawn: drawn.length,
    drawnBefore,
    before: await scoreCrf(photos, all, undefined, rest),
    after: await scoreCrf(photos, all, preset, rest),
  };
}

/** Counts the labels of photos with a preset, or without a CRF. */
async function scoreCrf(
  photos: ScoredPhotos,
  numbers: readonly number[],
  preset: CrfPreset | undefined,
  { threads, signal }: Pick<FindCrfOptions, "threads" | "signal">,
): Promise<ConfusionMatrix> {
  const matrix = new ConfusionMatrix(photos.classNames.length);
  const shared = { ...(threads === undefined ? {} : { threads }), ...(signal === undefined ? {} : { signal }) };
  for (const number of numbers) {
    signal?.throwIfAborted();
    const { id, image, labels, scores } = await photos.read(number);
    const { classes, height, width, data } = scores;
    if (preset === undefined) matrix.accumulate(labels, labelsAt(scores, scores), id);
    else {
      const unary = unaryFromScores(data, [classes, height, width]);
      const refined = await meanField(unary, image, { ...fitCrf(preset, image), ...shared });
      matrix.accumulate(labels, labelMap(refined.labels, height, width), id);
    }
  }
  return matrix;
}

/** Some of the photos, in their order; the same for the same seed. */
function drawPhotos(all: readonly number[], most: number, seed: number): number[] {
  const random = randomFor(seed, "findCrf");
  const ranked = all.map((photo) => ({ photo, rank: random.uniform() })).sort((a, b) => a.rank - b.rank);
  return ranked
    .slice(0, most)
    .map(({ photo }) => photo)
    .sort((a, b) => a - b);
}
