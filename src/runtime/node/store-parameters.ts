/**
 * Writes parameters to a temporary file that ONNX Runtime maps into memory: a large model is then in memory once, and not also
 * in this thread's arrays, in the model's bytes, in their copy for the other thread and in the runtime's own.
 */
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackendError } from "../../errors.ts";
import type { ExternalTensor, TensorSource } from "../../onnx/index.ts";
import type { StoredParameters } from "../session.ts";

const LOCATION = "parameters";
/** The runtime maps whole pages. */
const PAGE_BYTES = 4096;
/** One call moves at most 2^31 - 1 bytes. */
const PIECE_BYTES = 2 ** 30;

/**
 * Writes them to the system's folder for temporary files.
 *
 * @throws {BackendError} if the file cannot be written. What making a tensor throws.
 */
export async function storeTemporarily(tensors: ReadonlyMap<string, TensorSource>): Promise<StoredParameters> {
  try {
    return await storeParameters(tensors, tmpdir());
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new BackendError(
      `createSession: expected room for the model's float32 numbers in ${tmpdir()}, got ${error.message}. ` +
        "Free space there, or name another folder with the environment variable TMPDIR.",
      { cause: error },
    );
  }
}

/**
 * @param parent - Where the folder of the file is made.
 * @throws The file system's error if the file cannot be written. What making a tensor throws.
 */
export async function storeParameters(
  tensors: ReadonlyMap<string, TensorSource>,
  parent: string,
): Promise<StoredParameters> {
  const folder = await mkdtemp(join(parent, "deconvnet-"));
  try {
    const file = await open(join(folder, LOCATION), "wx", 0o600);
    try {
      return { folder, tensors: await writeTensors(file, tensors), dispose: () => remove(folder) };
    } finally {
      await file.close();
    }
  } catch (error) {
    await remove(folder);
    throw error;
  }
}

async function writeTensors(
  file: FileHandle,
  tensors: ReadonlyMap<string, TensorSource>,
): Promise<Map<string, ExternalTensor>> {
  const entries = new Map<string, ExternalTensor>();
  let offset = 0;
  for (const [name, source] of tensors) {
    const { data } = source();
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let done = 0; done < bytes.length; ) {
      const piece = Math.min(PIECE_BYTES, bytes.length - done);
      done += (await file.write(bytes, done, piece, offset + done)).bytesWritten;
    }
    entries.set(name, { location: LOCATION, offset, byteLength: bytes.length });
    offset = Math.ceil((offset + bytes.length) / PAGE_BYTES) * PAGE_BYTES;
  }
  return entries;
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
