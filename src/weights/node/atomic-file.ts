/** Writes files so that a reader sees the old file or the whole new one, never a part. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BackendError, OptionError } from "../../errors.ts";
import { printable } from "../../printable.ts";
import { errorCode } from "./file-error.ts";
import { writeAt } from "./positioned-io.ts";

/** What may stop a write half-way, in words; anything else is about the path. */
const DISK_FAILURES: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "a full disk (ENOSPC)"],
  ["EDQUOT", "an exhausted quota (EDQUOT)"],
  ["EFBIG", "the limit of a file's size (EFBIG)"],
  ["EIO", "a failing disk (EIO)"],
]);

/** What temporary files end with; one that is left over comes from a process that was killed. */
export const TEMPORARY_SUFFIX = ".tmp";

/**
 * Writes a file: to a temporary file in the same folder, flushed, then renamed over the old one. If anything fails, the
 * old file is as it was and the temporary one is gone. What is there and is no file, such as a pipe or `/dev/null`, is
 * written as it is: it must not be replaced.
 *
 * @param path - The file to write or replace; of a symbolic link, what it points to.
 * @param parts - Its bytes, in order.
 * @param caller - Named in errors.
 * @throws {BackendError} if the disk is full or fails.
 * @throws {OptionError} if the folder is missing or not writable.
 */
export async function writeFileAtomically(
  path: string,
  parts: readonly Uint8Array[],
  caller = "writeFileAtomically",
): Promise<void> {
  if (await isStream(path)) return await writeStream(path, parts, caller);
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${randomUUID()}${TEMPORARY_SUFFIX}`);
  try {
    await writeParts(temporary, parts, await modeOf(target));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(caller, path, parts, error);
  }
  await flushFolder(dirname(target));
}

/** True for a pipe, a device or a socket. */
async function isStream(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

async function writeStream(path: string, parts: readonly Uint8Array[], caller: string): Promise<void> {
  try {
    await writeFile(path, parts);
  } catch (error) {
    throw writeError(caller, path, parts, error);
  }
}

/** The permissions of the file that is replaced; those of a new file if there is none. */
async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return 0o666;
  }
}

async function writeParts(path: string, parts: readonly Uint8Array[], mode: number): Promise<void> {
  const handle = await open(path, "wx", mode);
  try {
    let position = 0;
    for (const bytes of parts) {
      await writeAt(handle, bytes, position);
      position += bytes.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the new name survive a power cut. Not every system lets a folder be opened; the file itself is safe by now. */
async function flushFolder(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    await handle.sync();
  } catch (error) {
    if (errorCode(error) === "") throw error;
  } finally {
    await handle?.close();
  }
}

function writeError(caller: string, path: string, parts: readonly Uint8Array[], error: unknown): unknown {
  const code = errorCode(error);
  if (code === "") return error;
  const failure = DISK_FAILURES.get(code);
  if (failure !== undefined) {
    const byteLength = parts.reduce((sum, { length }) => sum + length, 0);
    return new BackendError(
      `${caller}: expected room for ${byteLength} bytes, got ${failure} while writing ${printable(path, 400)}. ` +
        "Free space or choose another folder; a file that was there before is unchanged.",
      { cause: error },
    );
  }
  const got = code === "ENOENT" || code === "ENOTDIR" ? "no such folder" : code;
  const rule = "a writable folder and a file's name";
  return new OptionError(`${caller}: expected ${rule}, got ${got} at ${printable(path, 400)}. Check the path.`, {
    cause: error,
  });
}
