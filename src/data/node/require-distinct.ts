/** What an evaluation asks of a list of photos, before the work. */
import { DatasetError } from "../../errors.ts";
import type { Dataset } from "./open-dataset.ts";

/** @throws {DatasetError} if a photo is listed twice: it would count twice. */
export function requireDistinct(caller: string, { files, folder, split }: Dataset): void {
  const ids = new Set<string>();
  for (const { id } of files) {
    if (ids.has(id)) {
      throw new DatasetError(
        `${caller}: ${folder}: expected every photo once in the split "${split}", got ${id} twice. Take a line out of the list.`,
        folder,
      );
    }
    ids.add(id);
  }
}
