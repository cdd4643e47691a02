/** Writes a data set in VOC layout. */
import { mkdir, mkdtemp, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { OptionError } from "../../errors.ts";
import { listFolder } from "./folder-layout.ts";

/** One photo as it is written. */
export interface VocItem {
  readonly id: string;
  readonly photo: Uint8Array;
  /** How the photo's file name ends: `.jpg` or `.png`. */
  readonly ending: string;
  /** PNG files. */
  readonly labels: Uint8Array;
  readonly instances?: Uint8Array;
}

export interface VocContent {
  readonly items: AsyncIterable<VocItem>;
  /** `JPEGImages` as in VOC, or `PNGImages`. */
  readonly photoFolder: "JPEGImages" | "PNGImages";
  /** Names of lists, with their ids. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly classes: readonly string[];
  /** Other text files, by name. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Writes the folders of a VOC set. All of it appears at once: what fails on the way leaves nothing behind.
 *
 * @param folder - New, or empty.
 * @param caller - Named in errors.
 * @throws {OptionError} if something is in the folder already, or it cannot be made.
 */
export async function writeVocFolder(folder: string, content: VocContent, caller: string): Promise<void> {
  const target = await realpath(folder).catch(() => resolve(folder));
  const entries = await listFolder(target);
  const isTaken = entries === undefined ? await exists(target) : entries.length > 0;
  if (isTaken) {
    const what = entries === undefined ? "is a file" : "has files in it";
    throw new OptionError(`${caller}: expected a new folder, got ${folder}, which ${what}. Name another one.`);
  }
  const temporary = await makeBeside(target, folder, caller);
  try {
    // Temporary folders are for their maker alone; the one inside is a folder as any other.
    const root = join(temporary, basename(target));
    await writeFiles(root, content);
    if (entries !== undefined) await rmdir(target);
    await rename(root, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function makeBeside(target: string, folder: string, caller: string): Promise<string> {
  try {
    await mkdir(dirname(target), { recursive: true });
    return await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  } catch (error) {
    throw new OptionError(
      `${caller}: expected a folder that can be made at ${folder}, got: ${(error as Error).message}. Name another one.`,
      { cause: error },
    );
  }
}

async function writeFiles(root: string, { items, photoFolder, lists, classes, texts }: VocContent): Promise<void> {
  const listFolderPath = join(root, "ImageSets", "Segmentation");
  for (const name of [photoFolder, "SegmentationClass"]) await mkdir(join(root, name), { recursive: true });
  await mkdir(listFolderPath, { recursive: true });
  for await (const { id, photo, ending, labels, instances } of items) {
    await writeFile(join(root, photoFolder, `${id}${ending}`), photo);
    await writeFile(join(root, "SegmentationClass", `${id}.png`), labels);
    if (instances === undefined) continue;
    await mkdir(join(root, "SegmentationObject"), { recursive: true });
    await writeFile(join(root, "SegmentationObject", `${id}.png`), instances);
  }
  for (const [name, ids] of Object.entries(lists)) await writeFile(join(listFolderPath, `${name}.txt`), lines(ids));
  for (const [name, text] of Object.entries(texts)) await writeFile(join(root, name), text);
  await writeFile(join(root, "classes.txt"), lines(classes));
}

/** The text of a list: one entry a line. */
export function lines(entries: readonly string[]): string {
  return entries.map((entry) => `${entry}\n`).join("");
}

/** Id and ending of a file name. */
export function splitName(name: string): { readonly id: string; readonly ending: string } {
  const ending = extname(name);
  return { id: name.slice(0, name.length - ending.length), ending };
}
