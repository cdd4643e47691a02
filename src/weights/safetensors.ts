/**
 * Safetensors files as bytes in memory, for Node and pages alike. Numbers are little-endian in the format and in every
 * machine that Node, ONNX Runtime and browsers run on, so typed arrays are views of the file's bytes.
 */
import { OptionError, ShapeError } from "../errors.ts";
import { bytesPerElement, createArray, formatShape, sizeOf, type Tensor, viewArray } from "../onnx/index.ts";
import { printable } from "../printable.ts";
import { dtypeOf, READABLE_DTYPES, typeOfDtype } from "./dtype.ts";
import {
  formatError,
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  METADATA_KEY,
  parseHeader,
  parseHeaderLength,
  type SafetensorsHeader,
  type Source,
  type TensorEntry,
} from "./safetensors-header.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A file that is ready to be written: its first bytes, then the tensors' bytes in this order. */
export interface SafetensorsParts {
  /** Length and header, a multiple of 8 bytes. */
  readonly head: Uint8Array;
  /** Views of the tensors' own memory. */
  readonly data: readonly Uint8Array[];
  /** The size of the whole file, bytes. */
  readonly byteLength: number;
}

/**
 * Reads and checks the header alone.
 *
 * @param bytes - The file.
 * @param fileName - Its name, for messages.
 * @throws {FormatError} if the bytes are not a whole and well-formed safetensors file.
 */
export function decodeSafetensorsHeader(bytes: Uint8Array, fileName: string): SafetensorsHeader {
  return readHeader(bytes, { caller: "decodeSafetensorsHeader", fileName });
}

/**
 * Reads a safetensors file.
 *
 * @param bytes - The file. The tensors are views of these bytes wherever their alignment allows it.
 * @param fileName - Its name, for messages.
 * @returns Tensors in the order of the header, float16 as bit patterns, and the metadata.
 * @throws {FormatError} if the bytes are not a whole and well-formed safetensors file, or a tensor has a type that this
 * package does not compute with.
 * @example
 * ```ts
 * const { tensors, metadata } = decodeSafetensors(bytes, "model.safetensors");
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, fileName: string): Safetensors {
  const source: Source = { caller: "decodeSafetensors", fileName };
  const header = readHeader(bytes, source);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of header.tensors) {
    const type = readableType(entry, source);
    const data = viewArray(type, plainView(bytes, entry.offset, entry.byteLength));
    tensors.set(name, { type, shape: entry.shape, data });
  }
  return { tensors, metadata: header.metadata };
}

/**
 * Writes a safetensors file. The same tensors in the same order with the same metadata give the same bytes.
 *
 * @param tensors - Tensors by name; the header keeps their order. The data are ordered by element size, largest first,
 * so that each tensor starts at a multiple of its element size without a hole.
 * @param metadata - Strings by name; written in the order of the names.
 * @throws {ShapeError} if a tensor's data do not fit its type and shape.
 * @throws {OptionError} if a name is reserved or the header would exceed 100 MB.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const { head, data, byteLength } = layOutSafetensors(tensors, metadata);
  const bytes = new Uint8Array(byteLength);
  bytes.set(head);
  let at = head.length;
  for (const part of data) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The parts of the file that {@link encodeSafetensors} writes, without a copy of the tensors. */
export function layOutSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string>,
): SafetensorsParts {
  const sorted = [...tensors].sort(([, a], [, b]) => bytesPerElement(b.type) - bytesPerElement(a.type));
  const begins = new Map<string, number>();
  const data: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of sorted) {
    const bytes = bytesOf(name, tensor);
    begins.set(name, end);
    data.push(bytes);
    end += bytes.length;
  }
  const head = encodeHead(tensors, begins, metadata);
  return { head, data, byteLength: head.length + end };
}

/** The tensor's type, or a FormatError that names it. */
export function readableType(entry: TensorEntry, source: Source): Tensor["type"] {
  const type = typeOfDtype(entry.dtype);
  if (type === undefined) {
    const rule = `tensor "${printable(entry.name)}" to be one of ${READABLE_DTYPES.join(", ")}`;
    throw formatError(source, rule, entry.dtype, "Convert the tensor to one of these types first.");
  }
  return type;
}

function readHeader(bytes: Uint8Array, source: Source): SafetensorsHeader {
  const length = parseHeaderLength(bytes.subarray(0, LENGTH_BYTES), bytes.length, source);
  return parseHeader(plainView(bytes, LENGTH_BYTES, length), bytes.length, source);
}

/** A part of the bytes as a Uint8Array proper: `slice` of a Node Buffer would not copy. */
function plainView(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length);
}

/** The bytes behind a tensor's array, after checking that array, type and shape belong together. */
function bytesOf(name: string, tensor: Tensor): Uint8Array {
  const { type, shape, data } = tensor;
  const wanted = createArray(type, 0)[Symbol.toStringTag];
  const length = sizeOf(shape);
  if (length !== data.length || data[Symbol.toStringTag] !== wanted) {
    throw new ShapeError(
      `encodeSafetensors: expected tensor "${printable(name)}" of type ${type} and shape ${formatShape(shape)} to have ` +
        `a ${wanted} of ${length} elements, got a ${data[Symbol.toStringTag]} of ${data.length}.`,
    );
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function encodeHead(
  tensors: ReadonlyMap<string, Tensor>,
  begins: ReadonlyMap<string, number>,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const fields: string[] = [];
  if (metadata.size > 0) {
    const texts = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, text]) => field(key, text));
    fields.push(`"${METADATA_KEY}":{${texts.join(",")}}`);
  }
  for (const [name, { type, shape, data }] of tensors) {
    if (name === METADATA_KEY) {
      throw new OptionError(`encodeSafetensors: expected tensor names other than ${METADATA_KEY}, got that one.`);
    }
    const begin = begins.get(name) ?? 0;
    fields.push(field(name, { dtype: dtypeOf(type), shape, data_offsets: [begin, begin + data.byteLength] }));
  }
  const json = new TextEncoder().encode(`{${fields.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new OptionError(
      `encodeSafetensors: expected names and metadata of at most ${MAX_HEADER_BYTES} bytes, got ${length}.`,
    );
  }
  const head = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, LENGTH_BYTES);
  return head;
}

/** One `"key":value` of the header; written by hand because an object would move number-like keys to the front. */
function field(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}
