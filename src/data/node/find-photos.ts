/** The photos that a person names: files, folders and patterns. */
import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { OptionError } from "../../errors.ts";
import { isPictureName, PICTURE_ENDINGS } from "../picture-names.ts";

/**
 * Lists photos: of a folder those files in it that are named like photos, of a pattern such as `photos/*.jpg` those that fit,
 * in the order of their names. A file that is named is taken as it is, so that what is wrong with it is said when it is read.
 *
 * @returns Paths, each once.
 * @throws {OptionError} if a folder has no photo or a pattern fits none.
 */
export async function findPhotos(names: readonly string[]): Promise<string[]> {
  const photos = new Map<string, string>();
  for (const name of names) for (const path of await expand(name)) photos.set(resolve(path), path);
  return [...photos.values()];
}

async function expand(name: string): Promise<readonly string[]> {
  const stats = await stat(name).catch(() => undefined);
  const isPattern = stats === undefined && isDynamicPattern(name);
  if (!isPattern && stats?.isDirectory() !== true) return [name];
  const found = isPattern ? await fitting(name) : await listFolder(name);
  if (found.length > 0) return found.sort();
  throw new OptionError(
    `findPhotos: expected at least 1 photo (${PICTURE_ENDINGS.join(", ")}) ${isPattern ? "that fits" : "in the folder"} ${name}, got none.`,
  );
}

async function fitting(pattern: string): Promise<string[]> {
  return await glob(pattern.replaceAll("\\", "/"), { expandDirectories: false, absolute: isAbsolute(pattern) });
}

async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && isPictureName(entry.name))
    .map((entry) => join(folder, entry.name));
}
