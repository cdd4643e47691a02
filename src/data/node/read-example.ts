/** Reads photos with their labels from an opened data set. */
import { readFile } from "node:fs/promises";
import { DatasetError } from "../../errors.ts";
import { type PhotoLimits, readPhoto } from "../../image/node.ts";
import { applyMapping, decodeLabelMap, type LabelMap, labelMap, VOID } from "../../labels/index.ts";
import type { Example, ExampleSource } from "../sample.ts";
import type { Dataset, DatasetFiles } from "./open-dataset.ts";

/**
 * Reads a photo and its label map, mapped to the wanted classes; all void where there is none.
 *
 * @param photo - Its number in the split.
 * @throws {DatasetError} if the sizes differ or the label map holds values that the set does not have.
 * @throws {FormatError} if a file is damaged.
 */
export async function readExample(dataset: Dataset, photo: number, limits: PhotoLimits = {}): Promise<Example> {
  const files = filesOf(dataset, photo);
  if (files.labels === undefined) {
    const image = await readPhoto(files.photo, limits);
    const { height, width } = image;
    return { id: files.id, image, labels: labelMap(new Uint8Array(height * width).fill(VOID), height, width) };
  }
  const [image, labels] = await Promise.all([readPhoto(files.photo, limits), readLabels(dataset, photo)]);
  requireSize(files.labels, labels, image);
  if (files.instances === undefined) return { id: files.id, image, labels };
  const instances = decodeLabelMap(await readBytes(files.instances), files.instances);
  requireSize(files.instances, instances, image);
  return { id: files.id, image, labels, instances };
}

/**
 * Reads a label map alone, mapped to the wanted classes.
 *
 * @throws {DatasetError} if the photo has none, or as {@link readExample}.
 */
export async function readLabels(dataset: Dataset, photo: number): Promise<LabelMap> {
  const { labels: path, id } = filesOf(dataset, photo);
  if (path === undefined) {
    throw new DatasetError(`readLabels: expected a label map of "${id}", got a photo without one.`, dataset.folder);
  }
  return applyMapping(decodeLabelMap(await readBytes(path), path, dataset.labelFiles), dataset.mapping, path);
}

/** A data set as samples need it, or several, one behind the other. */
export function sourceOf(datasets: Dataset | readonly Dataset[]): ExampleSource {
  const all = "files" in datasets ? [datasets] : datasets;
  const photos = all.flatMap((dataset) => dataset.files.map((_, photo) => ({ dataset, photo })));
  return {
    length: photos.length,
    read(number) {
      const found = photos[number];
      if (found !== undefined) return readExample(found.dataset, found.photo);
      throw new DatasetError(
        `readExample: expected a photo 0 to ${photos.length - 1}, got ${number}.`,
        all[0]?.folder ?? "",
      );
    },
  };
}

function filesOf(dataset: Dataset, photo: number): DatasetFiles {
  const files = dataset.files[photo];
  if (files === undefined) {
    throw new DatasetError(
      `readExample: expected a photo 0 to ${dataset.files.length - 1}, got ${photo}.`,
      dataset.folder,
    );
  }
  return files;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new DatasetError(`readLabelMap: expected a readable file, got ${(error as Error).message}.`, path, {
      cause: error,
    });
  }
}

interface Sized {
  readonly height: number;
  readonly width: number;
}

function requireSize(path: string, map: Sized, photo: Sized): void {
  if (map.height === photo.height && map.width === photo.width) return;
  const turned = map.height === photo.width && map.width === photo.height;
  throw new DatasetError(
    `readExample: ${path}: expected the photo's size ${photo.width}x${photo.height} (width x height), got ` +
      `${map.width}x${map.height}. ${turned ? "One of them is turned, the photo perhaps by its EXIF orientation: turn the label map too, or remove the tag." : "Draw the label map on the photo as it is."}`,
    path,
  );
}
