/**
 * The header of a safetensors file: 8 bytes little-endian length, then that many bytes of JSON
 * `{name: {dtype, shape, data_offsets: [begin, end]}, "__metadata__": {string: string}}`, then the tensors' bytes, to
 * which the offsets refer. Everything is checked here, so that readers may trust each entry.
 *
 * Holes and overlaps are refused, as the format's reference implementation does: a byte that belongs to no tensor
 * could carry anything, and a byte that belongs to two of them makes one read the other's numbers.
 */
import { FormatError } from "../errors.ts";
import { formatShape } from "../onnx/index.ts";
import { printable, printableValue } from "../printable.ts";
import { bytesOfDtype } from "./dtype.ts";
import { readKeys } from "./json-keys.ts";

/** The reference implementation's limit; no real file comes near it. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Bytes of the length in front of the header. */
export const LENGTH_BYTES = 8;
export const METADATA_KEY = "__metadata__";

/** Where one tensor lies in its file. */
export interface TensorEntry {
  readonly name: string;
  /** The type as the file spells it, e.g. `F32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Position of the first byte, counted from the start of the file, as ONNX external data counts it. */
  readonly offset: number;
  readonly byteLength: number;
}

/** The checked header of a file. */
export interface SafetensorsHeader {
  readonly fileName: string;
  readonly fileBytes: number;
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** Who reads which file: the first and the last words of each message. */
export interface Source {
  readonly caller: string;
  readonly fileName: string;
}

/** A FormatError in the house form. */
export function formatError(source: Source, expected: string, got: string, advice = ""): FormatError {
  const file = printable(source.fileName, 400);
  return new FormatError(`${source.caller}: expected ${expected}, got ${got} in ${file}.${advice && ` ${advice}`}`);
}

/**
 * Reads the length of the header.
 *
 * @param bytes - The file's first 8 bytes (fewer if it is shorter).
 * @param fileBytes - The size of the whole file, bytes.
 * @throws {FormatError} if the header would be longer than 100 MB or than the file.
 */
export function parseHeaderLength(bytes: Uint8Array, fileBytes: number, source: Source): number {
  if (bytes.length < LENGTH_BYTES) {
    const rule = `at least ${LENGTH_BYTES} bytes of header length`;
    throw formatError(source, rule, `${bytes.length} bytes`, "The file is truncated or empty.");
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES);
  if (length < 2n || length > BigInt(limit)) {
    throw formatError(
      source,
      `a header of 2 to ${limit} bytes (the file has ${fileBytes} bytes)`,
      `a header length of ${length}`,
      "The file is truncated or not a safetensors file.",
    );
  }
  return Number(length);
}

/**
 * Parses and checks the JSON of the header.
 *
 * @param bytes - The header without its length.
 * @param fileBytes - The size of the whole file, bytes.
 * @throws {FormatError} if it is not JSON, names a key twice, or an entry is malformed, of an unknown dtype, outside the
 * file, next to a hole or inside another one.
 */
export function parseHeader(bytes: Uint8Array, fileBytes: number, source: Source): SafetensorsHeader {
  const { keys, fields } = parseObject(bytes, source);
  const metadata = parseMetadata(fields[METADATA_KEY], source);
  const dataStart = LENGTH_BYTES + bytes.length;
  const tensors = new Map<string, TensorEntry>();
  for (const name of keys) {
    if (name !== METADATA_KEY) tensors.set(name, parseEntry(name, fields[name], dataStart, source));
  }
  checkRanges(tensors.values(), dataStart, fileBytes, source);
  return { fileName: source.fileName, fileBytes, metadata, tensors };
}

function parseObject(bytes: Uint8Array, source: Source): { keys: string[]; fields: Readonly<Record<string, unknown>> } {
  let fields: unknown;
  let keys: string[];
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    keys = readKeys(text);
    fields = JSON.parse(text);
  } catch (error) {
    const problem = printable(error instanceof Error ? error.message : String(error), 200);
    const advice = "The file is damaged or not a safetensors file.";
    throw formatError(source, `a header of ${bytes.length} bytes of UTF-8 JSON`, `"${problem}"`, advice);
  }
  if (!isObject(fields)) {
    const advice = "The file is not a safetensors file.";
    throw formatError(source, "a header that is one JSON object", printableValue(fields), advice);
  }
  return { keys, fields };
}

function parseMetadata(value: unknown, source: Source): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  if (!isObject(value)) throw formatError(source, `${METADATA_KEY} to be an object of strings`, printableValue(value));
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw formatError(source, `${METADATA_KEY} "${printable(key)}" to be a string`, printableValue(text));
    }
    metadata.set(key, text);
  }
  return metadata;
}

function parseEntry(name: string, value: unknown, dataStart: number, source: Source): TensorEntry {
  const tensor = `tensor "${printable(name)}"`;
  if (!isObject(value)) {
    throw formatError(source, `${tensor} to be an object with dtype, shape and data_offsets`, printableValue(value));
  }
  const { dtype, shape, data_offsets: range } = value;
  const elementBytes = typeof dtype === "string" ? bytesOfDtype(dtype) : undefined;
  if (typeof dtype !== "string" || elementBytes === undefined) {
    throw formatError(source, `${tensor} to have a dtype of the format such as F32`, printableValue(dtype));
  }
  if (!isSizes(shape)) throw formatError(source, `${tensor} to have a shape of sizes >= 0`, printableValue(shape));
  if (!isSizes(range) || range.length !== 2) {
    throw formatError(source, `${tensor} to have data_offsets [begin, end]`, printableValue(range));
  }
  const [begin = 0, end = 0] = range;
  const byteLength = byteLengthOf(shape, elementBytes);
  if (byteLength === undefined || end - begin !== byteLength) {
    const needed = byteLength === undefined ? "fewer than 2^53" : String(byteLength);
    throw formatError(
      source,
      `${tensor} of dtype ${dtype} and shape ${printable(formatShape(shape))} to take ${needed} bytes`,
      `${end - begin} bytes (data_offsets [${begin}, ${end}])`,
    );
  }
  return { name, dtype, shape, offset: dataStart + begin, byteLength };
}

/** Bytes that a shape needs; `undefined` beyond the integers that a number can hold. */
function byteLengthOf(shape: readonly number[], elementBytes: number): number | undefined {
  let bytes = elementBytes;
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

/** The tensors must tile the data: in order of their offsets, each begins where the one before ends. */
function checkRanges(tensors: Iterable<TensorEntry>, dataStart: number, fileBytes: number, source: Source): void {
  const sorted = [...tensors].sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  const dataBytes = fileBytes - dataStart;
  let cursor = dataStart;
  let before = "the header";
  for (const { name, offset, byteLength } of sorted) {
    const tensor = `tensor "${printable(name)}"`;
    const begin = offset - dataStart;
    if (offset + byteLength > fileBytes) {
      throw formatError(
        source,
        `${tensor} to end within the ${dataBytes} bytes of data`,
        `data_offsets [${begin}, ${begin + byteLength}]`,
        "The file is truncated or damaged.",
      );
    }
    if (offset !== cursor) {
      const problem = offset < cursor ? "it overlaps" : "a hole lies behind";
      const rule = `${tensor} to begin at byte ${cursor - dataStart} of the data, where ${before} ends`;
      throw formatError(source, rule, `${begin}: ${problem} ${before}`);
    }
    cursor = offset + byteLength;
    before = tensor;
  }
  if (cursor !== fileBytes) {
    const rule = `the data to end at byte ${cursor - dataStart}, where ${before} ends`;
    throw formatError(source, rule, `${dataBytes} bytes of data`, "The file is damaged or has something appended.");
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
