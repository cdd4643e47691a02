/** Model files on disk. */
import type { Tensor, TensorSource } from "../../onnx/index.ts";
import { decodeMetadata } from "../metadata-strings.ts";
import { MODEL_FILE_DEFAULTS, type ModelFile, type ModelFileOptions, packModelFile } from "../model-file.ts";
import type { ModelMetadata } from "../model-metadata.ts";
import type { SafetensorsHeader } from "../safetensors-header.ts";
import { unpackTensor } from "../storage.ts";
import { readTensorAgain } from "./read-tensor-again.ts";
import { openSafetensors } from "./safetensors-reader.ts";
import { writeSafetensors } from "./safetensors-writer.ts";

/**
 * Reads a model file; float16 weights are converted one tensor at a time, so no second copy of the model is held.
 *
 * @param path - The file.
 * @throws {OptionError} if there is no readable file at this path.
 * @throws {FormatError} if the file is damaged, no model file, of another format version, or has incomplete metadata.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const file = await openSafetensors(path);
  try {
    const metadata = await decodeMetadata(file.header.metadata, path);
    const tensors = new Map<string, Tensor>();
    for (const name of file.header.tensors.keys()) tensors.set(name, unpackTensor(name, await file.read(name), path));
    return { metadata, tensors };
  } finally {
    await file.dispose();
  }
}

/** A model file of which only the header has been read. */
export interface OpenedModelFile {
  readonly metadata: ModelMetadata;
  /** Each reads its tensor, float32, from the file. */
  readonly tensors: ReadonlyMap<string, TensorSource>;
}

/**
 * Opens a model file: each tensor is read and converted when it is asked for, so that a large model is never whole in this
 * thread's memory. No handle is kept.
 *
 * @param path - The file; it must stay as it is until the last tensor is read.
 * @throws What {@link readModelFile} throws; what is wrong with a tensor, its source throws.
 */
export async function openModelFile(path: string): Promise<OpenedModelFile> {
  const header = await readHeaderOf(path);
  const metadata = await decodeMetadata(header.metadata, path);
  const sources = [...header.tensors.values()].map((entry): [string, TensorSource] => [
    entry.name,
    Object.assign(() => unpackTensor(entry.name, readTensorAgain(header, entry), path), { shape: entry.shape }),
  ]);
  return { metadata, tensors: new Map(sources) };
}

async function readHeaderOf(path: string): Promise<SafetensorsHeader> {
  await using file = await openSafetensors(path);
  return file.header;
}

/**
 * Writes a model file, atomically as {@link writeSafetensors} does.
 *
 * @param path - The file to write or replace.
 * @param model - Float32 tensors and metadata.
 * @param options - {@link ModelFileOptions}; defaults {@link MODEL_FILE_DEFAULTS}.
 * @throws {OptionError} if the metadata are incomplete or hold an absolute path, or the folder is not writable.
 * @throws {FormatError} if a weight is beyond float16; the message names tensor and value.
 * @throws {BackendError} if the disk is full or fails.
 */
export async function writeModelFile(
  path: string,
  model: ModelFile,
  options: ModelFileOptions = MODEL_FILE_DEFAULTS,
): Promise<void> {
  const { tensors, metadata } = await packModelFile(model, options);
  await writeSafetensors(path, tensors, metadata);
}
