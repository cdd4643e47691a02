/** Looks through the label maps of a split: which classes each photo shows. */
import type { ClassIndex } from "../sampler.ts";
import type { Dataset } from "./open-dataset.ts";
import { readLabels } from "./read-example.ts";

export interface IndexOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Counts the pixels of each class in each photo; every label map is read, so a bad one is found before training. A photo
 * without one has none of any class.
 *
 * @throws {DatasetError | FormatError} for the first label map that cannot be used. `signal.reason` if cancelled.
 */
export async function indexClasses(dataset: Dataset, options: IndexOptions = {}): Promise<ClassIndex> {
  const classes = dataset.mapping.names.length;
  const total = dataset.files.length;
  const pixels = new Uint32Array(total * classes);
  for (let photo = 0; photo < total; photo++) {
    options.signal?.throwIfAborted();
    const data = dataset.files[photo]?.labels === undefined ? [] : (await readLabels(dataset, photo)).data;
    const row = pixels.subarray(photo * classes, (photo + 1) * classes);
    for (let i = 0; i < data.length; i++) {
      const label = data[i]!;
      if (label < classes) row[label]!++;
    }
    options.onProgress?.(photo + 1, total);
  }
  return { classes, pixels };
}
