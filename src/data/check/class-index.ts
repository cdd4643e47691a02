/** The index of classes that samplers draw from, out of what a scan counted: label maps are read once. */
import type { ClassIndex } from "../sampler.ts";
import { type DatasetScan, readLabelsOf } from "./scan.ts";

/**
 * Counts the pixels of each class in each photo, void left out.
 *
 * @param split - Name of a split of the scan.
 * @param ids - The photos of it that are wanted, in their order.
 */
export function classIndexOf(
  { photos, splits, mapping }: DatasetScan,
  split: string,
  ids: readonly string[],
): ClassIndex {
  const classes = mapping.names.length;
  const listed = splits.find(({ name }) => name === split)?.photos ?? [];
  const byId = new Map(listed.map((photo) => [photos[photo]!.id, photos[photo]!]));
  const pixels = new Uint32Array(ids.length * classes);
  for (const [row, id] of ids.entries()) {
    const scanned = byId.get(id);
    const values = scanned === undefined ? [] : (readLabelsOf(scanned)?.values ?? []);
    for (const [value, count] of values) {
      const label = mapping.table[value]!;
      if (label >= 0 && label < classes) pixels[row * classes + label]! += count;
    }
  }
  return { classes, pixels };
}
