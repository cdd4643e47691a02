/** Files that a command writes at its end: what is wrong with their place is said before the work, not after it. */
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { OptionError } from "../errors.ts";
import { writeFileAtomically } from "../weights/node.ts";

/** @throws {OptionError} if a path is given and its folder is not there. */
export async function requireFolderOf(caller: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const folder = dirname(resolve(path));
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return;
  throw new OptionError(`${caller}: expected a folder for ${path}, got none at ${folder}. Make it first.`);
}

/** Writes a text, if a path is given. */
export async function writeText(path: string | undefined, text: string): Promise<void> {
  if (path !== undefined) await writeFileAtomically(path, [new TextEncoder().encode(text)]);
}
