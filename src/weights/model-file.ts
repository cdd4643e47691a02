/** A model as one file: parameters and statistics, with everything needed to use them in the metadata. */
import type { Tensor } from "../onnx/index.ts";
import { decodeMetadata, encodeMetadata } from "./metadata-strings.ts";
import type { ModelMetadata } from "./model-metadata.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "./safetensors.ts";
import { packTensor, unpackTensor, type WeightStorage } from "./storage.ts";

export interface ModelFile {
  readonly metadata: ModelMetadata;
  /** Float32, by parameter name such as `conv1_1.weight`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export interface ModelFileOptions {
  /** How convolution, deconvolution and Gemm weights are stored. */
  readonly storage: WeightStorage;
}

export const MODEL_FILE_DEFAULTS: ModelFileOptions = Object.freeze({ storage: "float16" });

/**
 * Turns a model into the tensors and strings of its file.
 *
 * @throws {OptionError} if the metadata are incomplete or hold an absolute path.
 * @throws {ShapeError} if a tensor is not float32.
 * @throws {FormatError} if a weight is beyond float16; the message names tensor and value.
 */
export async function packModelFile(
  model: ModelFile,
  options: ModelFileOptions = MODEL_FILE_DEFAULTS,
): Promise<Safetensors> {
  const metadata = await encodeMetadata(model.metadata);
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of model.tensors) tensors.set(name, packTensor(name, tensor, options.storage));
  return { tensors, metadata };
}

/**
 * Writes a model file. The same model gives the same bytes.
 *
 * @param model - Float32 tensors and metadata.
 * @param options - {@link ModelFileOptions}; defaults {@link MODEL_FILE_DEFAULTS}.
 * @returns The bytes of a safetensors file.
 * @throws {OptionError} if the metadata are incomplete or hold an absolute path.
 * @throws {ShapeError} if a tensor is not float32.
 * @throws {FormatError} if a weight is beyond float16; the message names tensor and value.
 * @example
 * ```ts
 * const bytes = await encodeModelFile(model, { storage: "float32" });
 * ```
 */
export async function encodeModelFile(
  model: ModelFile,
  options: ModelFileOptions = MODEL_FILE_DEFAULTS,
): Promise<Uint8Array> {
  const { tensors, metadata } = await packModelFile(model, options);
  return encodeSafetensors(tensors, metadata);
}

/**
 * Reads a model file.
 *
 * @param bytes - The file; float32 tensors are views of these bytes.
 * @param fileName - Its name, for messages.
 * @throws {FormatError} if the file is damaged, no model file, of another format version, or has incomplete metadata.
 * @example
 * ```ts
 * const { metadata, tensors } = await decodeModelFile(bytes, "model.safetensors");
 * ```
 */
export async function decodeModelFile(bytes: Uint8Array, fileName: string): Promise<ModelFile> {
  const file = decodeSafetensors(bytes, fileName);
  const metadata = await decodeMetadata(file.metadata, fileName);
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of file.tensors) tensors.set(name, unpackTensor(name, tensor, fileName));
  return { metadata, tensors };
}
