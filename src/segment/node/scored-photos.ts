/** Photos of a data set with score maps in a folder: those of `deconvnet segment --scores`, or made by a model here. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Dataset, readExample } from "../../data/node.ts";
import { DatasetError, ShapeError } from "../../errors.ts";
import { resizeImage } from "../../image/index.ts";
import { resizeLabels } from "../../labels/index.ts";
import { encodeNpy } from "../../tensor/index.ts";
import { writeFileAtomically } from "../../weights/node.ts";
import type { ScoredPhoto, ScoredPhotos } from "../find-crf.ts";
import { hasShapeOf } from "../fit.ts";
import type { Segmenter } from "../segmenter.ts";
import { readScoreMap } from "./score-file.ts";

const ENDING = "-scores.npy";

export interface WriteScoresOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Opens a folder of score maps `ID-scores.npy` for the photos of a data set. Photo and truth are brought to the size of the map, the
 * truth by the nearest pixel; they are kept in memory, the maps are read when they are asked for.
 *
 * @param dataset - Opened with the model's classes as `wanted`.
 */
export function scoredPhotos(dataset: Dataset, folder: string): ScoredPhotos {
  const kept = new Map<number, Pick<ScoredPhoto, "id" | "image" | "labels">>();
  const classNames = dataset.mapping.names;
  const read = async (photo: number): Promise<ScoredPhoto> => {
    const path = join(folder, `${dataset.files[photo]?.id}${ENDING}`);
    const scores = await readScoreMap(path);
    if (scores.classes !== classNames.length) {
      throw new DatasetError(
        `scoredPhotos: ${path}: expected scores of ${classNames.length} classes (${classNames.join(", ")}), got ${scores.classes}.`,
        path,
      );
    }
    const known = kept.get(photo);
    if (known !== undefined) return { ...known, scores };
    const { id, image, labels } = await readExample(dataset, photo);
    if (!hasShapeOf(scores, image)) {
      throw new ShapeError(
        `scoredPhotos: ${path}: expected scores of the photo's shape, ${image.height}x${image.width} px (height x width), got ` +
          `${scores.height}x${scores.width}. Check that both belong together.`,
      );
    }
    const fitted = { id, image: resizeImage(image, scores), labels: resizeLabels(labels, scores) };
    kept.set(photo, fitted);
    return { ...fitted, scores };
  };
  return { length: dataset.files.length, classNames, read };
}

/** The photos whose score maps are not in the folder yet. */
export async function unscored(dataset: Dataset, folder: string): Promise<Dataset> {
  const there = new Set(await readdir(folder).catch(() => []));
  return { ...dataset, files: dataset.files.filter(({ id }) => !there.has(`${id}${ENDING}`)) };
}

/**
 * Writes the score maps of a data set's photos, as {@link scoredPhotos} reads them.
 *
 * @throws What reading a photo throws; `signal.reason` if cancelled.
 */
export async function writeScores(
  segmenter: Segmenter,
  dataset: Dataset,
  folder: string,
  { signal, onProgress }: WriteScoresOptions = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [photo, { id }] of dataset.files.entries()) {
    const { image } = await readExample(dataset, photo);
    const { classes, height, width, data } = await segmenter.scores(image, signal === undefined ? {} : { signal });
    await writeFileAtomically(join(folder, `${id}${ENDING}`), [encodeNpy(data, [classes, height, width])]);
    onProgress?.(photo + 1, dataset.files.length);
  }
}
