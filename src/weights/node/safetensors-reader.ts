/** Safetensors files on disk, of any size: the header at once, each tensor when it is asked for. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { BackendError, OptionError } from "../../errors.ts";
import { createArray, type Tensor, type TensorArray } from "../../onnx/index.ts";
import { printable } from "../../printable.ts";
import type { Safetensors } from "../safetensors.ts";
import { readableType } from "../safetensors.ts";
import {
  formatError,
  LENGTH_BYTES,
  parseHeader,
  parseHeaderLength,
  type SafetensorsHeader,
  type Source,
  type TensorEntry,
} from "../safetensors-header.ts";
import { unreadableError } from "./file-error.ts";
import { readAt } from "./positioned-io.ts";

/** An open safetensors file; holds a file handle until it is disposed of. */
export class SafetensorsReader {
  /** What the file holds, and at which byte of it. */
  readonly header: SafetensorsHeader;
  readonly #source: Source;
  #handle: FileHandle | undefined;

  /** Use {@link openSafetensors}. */
  constructor(header: SafetensorsHeader, handle: FileHandle, source: Source) {
    this.header = header;
    this.#handle = handle;
    this.#source = source;
  }

  /**
   * Reads one tensor into memory of its own.
   *
   * @throws {OptionError} if the file has no tensor of that name, or was disposed of.
   * @throws {FormatError} if the tensor's type is not one of ours, or the file has shrunk.
   * @throws {BackendError} if there is not enough memory.
   */
  async read(name: string): Promise<Tensor> {
    const { caller, fileName } = this.#source;
    const entry = this.header.tensors.get(name);
    if (entry === undefined) {
      const rule = `one of the ${this.header.tensors.size} tensors of ${fileName}`;
      throw new OptionError(`${caller}: expected ${rule}, got "${printable(name)}".`);
    }
    if (this.#handle === undefined) {
      throw new OptionError(`${caller}: expected an open file, got ${fileName} after dispose(). Open it again.`);
    }
    const type = readableType(entry, this.#source);
    const data = allocate(type, entry, this.#source);
    const bytes = new Uint8Array(data.buffer);
    const read = await readAt(this.#handle, bytes, entry.offset).catch((error: unknown) => {
      throw unreadableError(caller, fileName, error);
    });
    if (read < bytes.length) {
      const rule = `${bytes.length} bytes of tensor "${printable(name)}"`;
      throw formatError(this.#source, rule, `${read} bytes`, "The file has become shorter while it was read.");
    }
    return { type, shape: entry.shape, data };
  }

  /** Closes the file; a second call does nothing. */
  async dispose(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/**
 * Opens a safetensors file and reads its header only.
 *
 * @param path - The file, also over 2 GB.
 * @returns A reader; dispose of it after use.
 * @throws {OptionError} if there is no readable file at this path.
 * @throws {FormatError} if it is not a whole and well-formed safetensors file.
 * @example
 * ```ts
 * const file = await openSafetensors("model.safetensors");
 * const { offset, byteLength } = file.header.tensors.get("fc6.weight")!;
 * const tensor = await file.read("fc6.weight");
 * await file.dispose();
 * ```
 */
export async function openSafetensors(path: string): Promise<SafetensorsReader> {
  return await openFor("openSafetensors", path);
}

/**
 * Reads a whole safetensors file, tensor by tensor, so that files over 2 GB work.
 *
 * @param path - The file.
 * @returns Tensors in the order of the header, each with memory of its own, and the metadata.
 * @throws {OptionError} if there is no readable file at this path.
 * @throws {FormatError} if it is not a whole and well-formed safetensors file, or a tensor's type is not one of ours.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  const file = await openFor("readSafetensors", path);
  try {
    const tensors = new Map<string, Tensor>();
    for (const name of file.header.tensors.keys()) tensors.set(name, await file.read(name));
    return { tensors, metadata: file.header.metadata };
  } finally {
    await file.dispose();
  }
}

async function openFor(caller: string, path: string): Promise<SafetensorsReader> {
  const handle = await openFile(caller, path);
  try {
    const source: Source = { caller, fileName: path };
    return new SafetensorsReader(await readHeader(handle, source), handle, source);
  } catch (error) {
    await handle.close();
    throw unreadableError(caller, path, error);
  }
}

async function openFile(caller: string, path: string): Promise<FileHandle> {
  try {
    // Asked before opening: opening a named pipe would wait for its other end.
    const stats = await stat(path);
    if (stats.isFile()) return await open(path, "r");
  } catch (error) {
    throw unreadableError(caller, path, error);
  }
  throw new OptionError(
    `${caller}: expected a file, got a folder or device at ${printable(path, 400)}. Give the path of a file.`,
  );
}

async function readHeader(handle: FileHandle, source: Source): Promise<SafetensorsHeader> {
  const fileBytes = (await handle.stat()).size;
  const first = new Uint8Array(LENGTH_BYTES);
  const read = await readAt(handle, first, 0);
  const json = new Uint8Array(parseHeaderLength(first.subarray(0, read), fileBytes, source));
  if ((await readAt(handle, json, LENGTH_BYTES)) < json.length) {
    throw formatError(
      source,
      `a header of ${json.length} bytes`,
      "fewer",
      "The file has become shorter while it was read.",
    );
  }
  return parseHeader(json, fileBytes, source);
}

function allocate(type: Tensor["type"], entry: TensorEntry, source: Source): TensorArray {
  try {
    return createArray(
      type,
      entry.shape.reduce((product, size) => product * size, 1),
    );
  } catch (error) {
    throw new BackendError(
      `${source.caller}: expected room in memory for the ${entry.byteLength} bytes of tensor "${printable(entry.name)}" ` +
        `of ${source.fileName}, got ${error instanceof Error ? error.message : String(error)}. Free memory first.`,
      { cause: error },
    );
  }
}
