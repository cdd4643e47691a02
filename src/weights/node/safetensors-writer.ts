/** Writes safetensors files so that a reader sees the old file or the whole new one, never a part. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BackendError, OptionError } from "../../errors.ts";
import type { Tensor } from "../../onnx/index.ts";
import { printable } from "../printable.ts";
import { layOutSafetensors, type SafetensorsParts } from "../safetensors.ts";
import { errorCode } from "./file-error.ts";
import { writeAt } from "./positioned-io.ts";

/** What may stop a write half-way, in words; anything else is about the path. */
const DISK_FAILURES: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "a full disk (ENOSPC)"],
  ["EDQUOT", "an exhausted quota (EDQUOT)"],
  ["EFBIG", "the limit of a file's size (EFBIG)"],
  ["EIO", "a failing disk (EIO)"],
]);

/**
 * Writes a safetensors file: to a temporary file in the same folder, flushed, then renamed over the old one. If
 * anything fails, the old file is as it was and the temporary one is gone.
 *
 * @param path - The file to write or replace; of a symbolic link, what it points to.
 * @param tensors - Tensors by name, over 2 GB as well: no copy of them is made.
 * @param metadata - Strings by name.
 * @throws {BackendError} if the disk is full or fails.
 * @throws {OptionError} if the folder is missing or not writable, or a name is reserved.
 * @throws {ShapeError} if a tensor's data do not fit its type and shape.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const parts = layOutSafetensors(tensors, metadata);
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${randomUUID()}.safetensors.tmp`);
  try {
    await writeParts(temporary, parts, await modeOf(target));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(path, parts.byteLength, error);
  }
  await flushFolder(dirname(target));
}

/** The permissions of the file that is replaced; those of a new file if there is none. */
async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return 0o666;
  }
}

async function writeParts(path: string, { head, data }: SafetensorsParts, mode: number): Promise<void> {
  const handle = await open(path, "wx", mode);
  try {
    let position = 0;
    for (const bytes of [head, ...data]) {
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

function writeError(path: string, byteLength: number, error: unknown): unknown {
  const code = errorCode(error);
  if (code === "") return error;
  const failure = DISK_FAILURES.get(code);
  if (failure !== undefined) {
    return new BackendError(
      `writeSafetensors: expected room for ${byteLength} bytes, got ${failure} while writing ${printable(path, 400)}. ` +
        "Free space or choose another folder; a file that was there before is unchanged.",
      { cause: error },
    );
  }
  const got = code === "ENOENT" || code === "ENOTDIR" ? "no such folder" : code;
  const rule = "a writable folder and a file's name";
  return new OptionError(`writeSafetensors: expected ${rule}, got ${got} at ${printable(path, 400)}. Check the path.`, {
    cause: error,
  });
}
