/** Writes the report of a run from what is in its folder. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { writeFileAtomically } from "../../weights/node.ts";
import { reportPage } from "../report/page.ts";
import { RUN_FILES, readRun } from "./read-run.ts";

/**
 * Writes `report.html` into the folder of a run, or elsewhere; a browser that shows the old one sees all of the new one.
 *
 * @returns Its path.
 * @throws What {@link readRun} throws. {@link BackendError} if the disk is full.
 */
export async function writeReport(folder: string, path: string = join(folder, RUN_FILES.report)): Promise<string> {
  const run = await readRun(folder);
  const { batches, worst, best } = run.pictures;
  const files = new Map<string, string>();
  for (const { file } of [...batches, ...worst, ...best]) {
    const bytes = await readFile(join(folder, RUN_FILES.samples, file)).catch(() => undefined);
    if (bytes !== undefined) files.set(file, bytes.toString("base64"));
  }
  const written = `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const page = reportPage(run, { name: basename(resolve(folder)), written, files });
  await writeFileAtomically(path, [new TextEncoder().encode(page)]);
  return path;
}
