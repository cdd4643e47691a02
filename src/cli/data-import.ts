/** `deconvnet data sample` and `deconvnet data import`: sets that are written. */
import { shellWord } from "../shell-word.ts";
import type { Terminal } from "./command.ts";
import { ProgressLine } from "./progress-line.ts";

export interface ImportFlags {
  readonly seed?: number;
}

export async function writeSample(folder: string, { stdout }: Terminal): Promise<void> {
  const { writeSampleSet } = await import("../data/node.ts");
  await writeSampleSet(folder);
  stdout.write(
    `${folder}: 8 photos, 7 classes; who made the photos: CREDITS.md\nnext: deconvnet data check ${shellWord(folder)}\n`,
  );
}

export async function importData(
  source: string,
  folder: string,
  { seed }: ImportFlags,
  { stdout, stderr, signal }: Terminal,
): Promise<void> {
  const { importPennFudan } = await import("../data/node.ts");
  const progress = new ProgressLine(stderr);
  const { train, val } = await importPennFudan(source, folder, {
    ...(seed === undefined ? {} : { seed }),
    signal,
    onProgress: (done, total) => progress.update(`${done}/${total} photos`),
  }).finally(() => progress.clear());
  stdout.write(
    `${folder}: ${train} photos to train on, ${val} to validate on; classes background, person\n` +
      `next: deconvnet data check ${shellWord(folder)}\n`,
  );
}
