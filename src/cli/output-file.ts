/** Files that a command writes at its end: what is wrong with their place is said before the work, not after it. */
import { randomUUID } from "node:crypto";
import { open, realpath, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { OptionError } from "../errors.ts";
import { TEMPORARY_SUFFIX, writeFileAtomically } from "../weights/node.ts";

/** @throws {OptionError} if a path is given and its folder is not there or takes no files, or the path is a folder itself. */
export async function requireFolderOf(caller: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const there = await stat(path).catch(() => undefined);
  if (path === "" || /[\\/]$/.test(path) || there?.isDirectory() === true) {
    throw new OptionError(
      `${caller}: expected the name of a file to write, got ${path === "" ? '""' : `the folder ${path}`}.`,
    );
  }
  // A device or a pipe is written as it is; no file is made beside it.
  if (there !== undefined && !there.isFile()) return;
  const folder = dirname(resolve(await realpath(path).catch(() => path)));
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) {
    throw new OptionError(`${caller}: expected a folder for ${path}, got none at ${folder}. Make it first.`);
  }
  try {
    await tryFolder(folder);
  } catch (error) {
    throw new OptionError(
      `${caller}: expected a folder for ${path} that takes files, got: ${(error as Error).message}. Choose another one.`,
      { cause: error },
    );
  }
}

/** Permissions do not tell all: a disk may be mounted read-only, or not be one. */
async function tryFolder(folder: string): Promise<void> {
  const path = join(folder, `.${randomUUID()}${TEMPORARY_SUFFIX}`);
  await (await open(path, "wx")).close();
  await rm(path);
}

/** Writes a text, if a path is given. */
export async function writeText(path: string | undefined, text: string): Promise<void> {
  if (path !== undefined) await writeFileAtomically(path, [new TextEncoder().encode(text)]);
}
