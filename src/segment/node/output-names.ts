/** Where the results of each photo go. */
import { realpath } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { OptionError } from "../../errors.ts";

/** The files that are made of one photo. */
export interface OutputPaths {
  /** Indexed PNG. */
  readonly labels: string;
  /** The photo with its classes in colour and a legend, JPEG. */
  readonly overlay: string;
  /** Score map, `.npy`; written on demand. */
  readonly scores: string;
}

/**
 * Names the results after the photos: `cat.png`, `cat-overlay.jpg`, `cat-scores.npy`. Photos of the same name from different
 * folders get numbers.
 *
 * @throws {OptionError} if a result would replace one of the photos.
 */
export async function outputPaths(photos: readonly string[], folder: string): Promise<OutputPaths[]> {
  const stems = distinctStems(photos.map((photo) => basename(photo, extname(photo))));
  const outputs = stems.map((stem) => ({
    labels: join(folder, `${stem}.png`),
    overlay: join(folder, `${stem}-overlay.jpg`),
    scores: join(folder, `${stem}-scores.npy`),
  }));
  const sources = new Set(await Promise.all(photos.map(truePath)));
  for (const path of outputs.flatMap((output) => Object.values(output))) {
    if (sources.has(await truePath(path))) {
      throw new OptionError(
        `segment: expected a folder for the results other than that of the photos, got ${folder}: ${path} would be replaced. Pass another --out.`,
      );
    }
  }
  return outputs;
}

/** `cat`, `dog`, `cat` become `cat`, `dog`, `cat-2`; a name that stands in the list by itself is not taken. */
export function distinctStems(stems: readonly string[]): string[] {
  const given = new Set(stems);
  const taken = new Set<string>();
  return stems.map((stem) => {
    let name = stem;
    for (let number = 2; taken.has(name) || (name !== stem && given.has(name)); number++) name = `${stem}-${number}`;
    taken.add(name);
    return name;
  });
}

async function truePath(path: string): Promise<string> {
  return await realpath(path).catch(() => resolve(path));
}
