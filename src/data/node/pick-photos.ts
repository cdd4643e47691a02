/** A data set cut down to some of its photos. */
import { DatasetError } from "../../errors.ts";
import type { Dataset } from "./open-dataset.ts";

/**
 * Keeps the photos with the given ids, in the data set's order.
 *
 * @param ids - Each once.
 * @throws {DatasetError} if there is no id, or the split lacks one.
 */
export function pickPhotos(dataset: Dataset, ids: readonly string[]): Dataset {
  const wanted = new Set(ids);
  const files = dataset.files.filter(({ id }) => wanted.has(id));
  if (files.length === wanted.size && files.length > 0) return { ...dataset, files };
  const there = new Set(files.map(({ id }) => id));
  const missing = [...wanted].filter((id) => !there.has(id));
  throw new DatasetError(
    `pickPhotos: expected at least 1 id, all in the split "${dataset.split}" of ${dataset.folder}, got ${wanted.size} ` +
      `with ${missing.length} that it lacks${missing.length === 0 ? "" : `: ${missing.slice(0, 3).join(", ")}`}. Check the list.`,
    dataset.folder,
  );
}
