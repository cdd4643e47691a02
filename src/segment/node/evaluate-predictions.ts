/** Scores label maps in files that any tool made, by the VOC protocol. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Dataset, readLabels, requireDistinct } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import { Evaluation } from "../../evaluate/index.ts";
import {
  applyMapping,
  decodeLabelMap,
  type LabelMap,
  labelMap,
  mapClasses,
  mapValues,
  parseValueMap,
  VOID,
} from "../../labels/index.ts";
import type { EvaluateOptions } from "./evaluate-model.ts";

/** The option of the command line, for messages. */
const MAP = "--prediction-map";

/** What of {@link EvaluateOptions} does not concern a network, and how the files are read. */
export interface EvaluatePredictionsOptions
  extends Pick<EvaluateOptions, "signal" | "onProgress" | "boundaryTolerance"> {
  /** Maps of values in the predictions such as `255=1`. */
  readonly map?: readonly string[];
}

/**
 * Compares a label map in a folder with the truth, for every photo of a data set; the photos themselves are not read.
 *
 * @param dataset - Opened with the classes of the predictions as `wanted`.
 * @param folder - Has `<id>.png` for every photo: indexed, grey, or RGB in the colours of the data set's palette.
 * @param classNames - Classes of the predictions; the position is the value in the files.
 * @throws {DatasetError} if a photo is listed twice, or a file is missing or holds a value that is no class.
 * @throws {ShapeError} if it has another size. {@link FormatError} if it is no label map. `signal.reason` if cancelled.
 */
export async function evaluatePredictions(
  dataset: Dataset,
  folder: string,
  classNames: readonly string[],
  options: EvaluatePredictionsOptions = {},
): Promise<Evaluation> {
  requireDistinct("evaluatePredictions", dataset);
  const paths = dataset.files.map(({ id }) => join(folder, `${id}.png`));
  await requirePredictions(paths, folder);
  const mapping = mapValues(mapClasses(classNames), parseValueMap(options.map ?? [], classNames));
  const evaluation = new Evaluation(classNames, options);
  for (const [photo, { id }] of dataset.files.entries()) {
    options.signal?.throwIfAborted();
    const path = paths[photo] ?? "";
    const truth = await readLabels(dataset, photo);
    const prediction = applyMapping(decodeLabelMap(await readFile(path), path, dataset.labelFiles), mapping, path, MAP);
    evaluation.add(id, truth, withoutVoid(prediction, truth, classNames, path));
    options.onProgress?.(photo + 1, paths.length);
  }
  return evaluation;
}

/** Void that lies on void says nothing: so the truth itself can be scored. Elsewhere a prediction must be a class. */
function withoutVoid(prediction: LabelMap, truth: LabelMap, classNames: readonly string[], path: string): LabelMap {
  const { data, height, width } = prediction;
  // Another size is refused by the evaluation.
  if (height !== truth.height || width !== truth.width) return prediction;
  const missing = data.filter((label, i) => label === VOID && truth.data[i] !== VOID).length;
  if (missing > 0) {
    throw new DatasetError(
      `evaluatePredictions: ${path}: expected a class 0 to ${classNames.length - 1} wherever the truth has one, got void ${VOID} ` +
        `at ${missing} pixels. Say which class it means, e.g. ${MAP} ${VOID}=${classNames[1] ?? 0}`,
      path,
    );
  }
  return labelMap(
    data.map((label) => (label === VOID ? 0 : label)),
    height,
    width,
  );
}

/** All that is missing is said at once, before the work. */
async function requirePredictions(paths: readonly string[], folder: string): Promise<void> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  const missing = paths.filter((_, i) => found[i] !== true);
  if (missing.length === 0) return;
  const first = missing.slice(0, 3).join(", ");
  throw new DatasetError(
    `evaluatePredictions: expected a label map <id>.png for each of ${paths.length} photos in ${folder}, got none for ` +
      `${missing.length}: ${first}${missing.length > 3 ? ", ..." : ""}. Name them after the photos, or choose another --split.`,
    folder,
  );
}
