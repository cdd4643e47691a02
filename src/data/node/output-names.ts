/** Where the results of each photo go. */
import { mkdir, realpath } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { OptionError } from "../../errors.ts";

/**
 * Names the results after the photos: with the endings `.png` and `-overlay.jpg` those of `cat.jpg` are `cat.png` and
 * `cat-overlay.jpg`. Photos of the same name from different folders get numbers.
 *
 * @param endings - Of each kind of result, what follows the photo's name.
 * @throws {OptionError} if a result would replace one of the photos.
 */
export async function outputPaths<Kind extends string>(
  caller: string,
  photos: readonly string[],
  folder: string,
  endings: Readonly<Record<Kind, string>>,
): Promise<Record<Kind, string>[]> {
  const stems = distinctStems(photos.map((photo) => basename(photo, extname(photo))));
  const kinds = Object.keys(endings) as Kind[];
  const outputs = stems.map(
    (stem) =>
      Object.fromEntries(kinds.map((kind) => [kind, join(folder, `${stem}${endings[kind]}`)])) as Record<Kind, string>,
  );
  const sources = new Set(await Promise.all(photos.map(truePath)));
  for (const path of outputs.flatMap((output) => Object.values<string>(output))) {
    if (sources.has(await truePath(path))) {
      throw new OptionError(
        `${caller}: expected a folder for the results other than that of the photos, got ${folder}: ${path} would be replaced. Choose another folder.`,
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

/**
 * Makes the folder that results go to, if it is not there.
 *
 * @throws {OptionError} if it cannot be made.
 */
export async function makeOutputFolder(caller: string, path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new OptionError(
      `${caller}: expected a folder for the results that can be made, got: ${(error as Error).message}. Choose another folder.`,
      { cause: error },
    );
  }
}
