/**
 * Reads MATLAB 5 MAT-files: numeric arrays, cells, structures and text; compressed elements unpacked by the platform.
 * Sparse arrays and objects are named and left out.
 *
 * Source: "MAT-File Format", The MathWorks, chapter 1.
 */

import { FormatError } from "../errors.ts";
import { decompress } from "../tensor/index.ts";

/** A numeric or logical array; element (row, column) of a matrix is at `column * rows + row`. */
export interface MatNumeric {
  readonly kind: "numeric";
  readonly dims: readonly number[];
  readonly data: MatData;
}

export interface MatText {
  readonly kind: "text";
  readonly dims: readonly number[];
  readonly text: string;
}

export interface MatCell {
  readonly kind: "cell";
  readonly dims: readonly number[];
  readonly values: readonly MatValue[];
}

/** One record an element; a scalar structure has one. */
export interface MatStruct {
  readonly kind: "struct";
  readonly dims: readonly number[];
  readonly values: readonly ReadonlyMap<string, MatValue>[];
}

/** A value of a type that is not read. */
export interface MatUnread {
  readonly kind: "unread";
  readonly dims: readonly number[];
  readonly type: string;
}

export type MatValue = MatNumeric | MatText | MatCell | MatStruct | MatUnread;
export type MatData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Bytes that the compressed elements of a file may unpack to, and elements of an array: 30 times those of BSDS500. */
const LARGEST_FILE = 2 ** 26;
/** Nesting of cells and structures, and dimensions of an array. */
const DEEPEST = 32;
const MOST_DIMS = 32;

const COMPRESSED = 15;
const MATRIX = 14;
const DATA_TYPES = {
  1: Int8Array,
  2: Uint8Array,
  3: Int16Array,
  4: Uint16Array,
  5: Int32Array,
  6: Uint32Array,
  7: Float32Array,
  9: Float64Array,
  12: BigInt64Array,
  13: BigUint64Array,
  16: Uint8Array,
} as const;
/** The array type of a numeric class; smaller storage types are widened to it. */
const NUMERIC_CLASSES = {
  6: Float64Array,
  7: Float32Array,
  8: Int8Array,
  9: Uint8Array,
  10: Int16Array,
  11: Uint16Array,
  12: Int32Array,
  13: Uint32Array,
  14: BigInt64Array,
  15: BigUint64Array,
} as const;
const CELL = 1;
const STRUCT = 2;
const TEXT = 4;
const OTHER_CLASSES: Readonly<Record<number, string>> = { 3: "object", 5: "sparse array" };

/**
 * Reads all variables of a MAT-file.
 *
 * @param bytes - The file, version 5, little-endian.
 * @returns Variables by name.
 * @throws {FormatError} if the bytes are damaged, cut short, too deep, or another version (7.3 is HDF5).
 */
export async function readMatFile(bytes: Uint8Array): Promise<Map<string, MatValue>> {
  checkHeader(bytes);
  const variables = new Map<string, MatValue>();
  let room = LARGEST_FILE;
  for (let at = 128; at < bytes.length; ) {
    const element = readElement(bytes, at);
    const unpacked =
      element.type === COMPRESSED ? await decompress(element.body, "deflate", room, "readMatFile") : undefined;
    room -= unpacked?.length ?? 0;
    const { type, body } = unpacked === undefined ? element : readElement(unpacked, 0);
    if (type !== MATRIX) throw fail("an array (type 14)", `type ${type}`);
    const { name, value } = readMatrix(body, 0);
    variables.set(name, value);
    // Compressed elements are not padded.
    at = element.type === COMPRESSED ? element.next : element.paddedNext;
  }
  return variables;
}

function fail(rule: string, got: string | number, cause?: unknown): FormatError {
  return new FormatError(`readMatFile: expected ${rule}, got ${got}. The file is damaged or another format.`, {
    cause,
  });
}

function checkHeader(bytes: Uint8Array): void {
  if (bytes.length < 128) throw fail("a header of 128 bytes", `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 19));
  if (text.startsWith("MATLAB 7.3")) {
    throw new FormatError("readMatFile: expected version 5, got version 7.3. Save it with -v7 in MATLAB.");
  }
  const endian = String.fromCharCode(bytes[126]!, bytes[127]!);
  if (endian !== "IM") throw fail("a little-endian file (IM)", JSON.stringify(endian));
  if (view.getUint16(124, true) !== 0x0100) throw fail("version 0x0100", `0x${view.getUint16(124, true).toString(16)}`);
}

interface Element {
  readonly type: number;
  readonly body: Uint8Array;
  /** Where the next element begins, without and with padding to 8 bytes. */
  readonly next: number;
  readonly paddedNext: number;
}

function readElement(bytes: Uint8Array, at: number): Element {
  if (at + 8 > bytes.length)
    throw fail(`an element of at least 8 bytes at ${at}`, `${Math.max(0, bytes.length - at)} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const word = view.getUint32(at, true);
  // Up to 4 bytes of data may sit in the tag itself, with their number in its upper half.
  const small = word >>> 16;
  if (small !== 0) {
    if (small > 4) throw fail("at most 4 bytes in a small element", small);
    return { type: word & 0xffff, body: bytes.subarray(at + 4, at + 4 + small), next: at + 8, paddedNext: at + 8 };
  }
  const length = view.getUint32(at + 4, true);
  const end = at + 8 + length;
  if (end > bytes.length) throw fail(`an element that ends by ${bytes.length}`, end);
  return { type: word, body: bytes.subarray(at + 8, end), next: end, paddedNext: at + 8 + 8 * Math.ceil(length / 8) };
}

/** Goes through the elements within a body one after another. */
class Elements {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): Element {
    const element = readElement(this.#bytes, this.#at);
    this.#at = element.paddedNext;
    return element;
  }

  numbers(rule: string): Exclude<MatData, BigInt64Array | BigUint64Array> {
    const data = readData(this.next());
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) throw fail(rule, "64-bit integers");
    return data;
  }
}

/** What an empty body stands for; one for all, for a small file may hold millions. */
const EMPTY: MatNumeric = { kind: "numeric", dims: [0, 0], data: new Float64Array(0) };

function readMatrix(body: Uint8Array, depth: number): { name: string; value: MatValue } {
  if (depth > DEEPEST) throw fail(`at most ${DEEPEST} levels of cells and structures`, "more");
  const elements = new Elements(body);
  const flags = elements.numbers("array flags");
  const classNumber = (flags[0] ?? 0) & 0xff;
  const sizes = elements.numbers("dimensions");
  if (sizes.length < 2 || sizes.length > MOST_DIMS) throw fail(`2 to ${MOST_DIMS} dimensions`, sizes.length);
  const dims = Array.from(sizes);
  const count = dims.reduce((product, size) => product * size, 1);
  if (dims.some((size) => !Number.isInteger(size) || size < 0) || count > LARGEST_FILE) {
    throw fail(`dimensions of ${LARGEST_FILE} elements at most`, `[${dims.join()}]`);
  }
  const name = new TextDecoder("latin1").decode(elements.next().body);
  return { name, value: readValue(classNumber, elements, dims, count, depth) };
}

function readValue(
  classNumber: number,
  elements: Elements,
  dims: readonly number[],
  count: number,
  depth: number,
): MatValue {
  // The smallest element takes 8 bytes: nothing is allocated for values that cannot be there.
  const child = (): MatValue => {
    const element = elements.next();
    if (element.type !== MATRIX) throw fail("an array (type 14)", `type ${element.type}`);
    if (element.body.length === 0) return EMPTY;
    return readMatrix(element.body, depth + 1).value;
  };
  if (classNumber === CELL) {
    const values: MatValue[] = [];
    for (let i = 0; i < count; i++) values.push(child());
    return { kind: "cell", dims, values };
  }
  if (classNumber === STRUCT) {
    const names = readFieldNames(elements);
    if (names.length === 0) return { kind: "struct", dims, values: [] };
    const values: Map<string, MatValue>[] = [];
    for (let i = 0; i < count; i++) values.push(new Map(names.map((name) => [name, child()])));
    return { kind: "struct", dims, values };
  }
  if (classNumber === TEXT) {
    const codes = elements.numbers("characters");
    if (codes.length !== count) throw fail(`${count} characters`, codes.length);
    return { kind: "text", dims, text: Array.from(codes, (code) => String.fromCharCode(code)).join("") };
  }
  const other = OTHER_CLASSES[classNumber];
  if (other !== undefined) return { kind: "unread", dims, type: other };
  return { kind: "numeric", dims, data: readNumeric(classNumber, elements, count) };
}

function readFieldNames(elements: Elements): string[] {
  const length = elements.numbers("the length of field names")[0] ?? 0;
  const text = new TextDecoder("latin1").decode(elements.next().body);
  if (!(Number.isInteger(length) && length > 0 && text.length % length === 0)) {
    throw fail(`field names of ${length} bytes each`, `${text.length} bytes`);
  }
  return Array.from({ length: text.length / length }, (_, i) => {
    const padded = text.slice(i * length, (i + 1) * length);
    const end = padded.indexOf("\0");
    return end < 0 ? padded : padded.slice(0, end);
  });
}

function readNumeric(classNumber: number, elements: Elements, count: number): MatData {
  const target = NUMERIC_CLASSES[classNumber as keyof typeof NUMERIC_CLASSES];
  if (target === undefined) throw fail("an array class of 1 to 15", classNumber);
  const stored = readData(elements.next());
  if (stored.length !== count) throw fail(`${count} numbers`, stored.length);
  if (stored instanceof target) return stored;
  if (target === BigInt64Array || target === BigUint64Array) {
    return target.from(Array.from(stored as ArrayLike<number | bigint>, toBigInt));
  }
  return (target as typeof Float64Array).from(Array.from(stored, Number));
}

function toBigInt(value: number | bigint): bigint {
  if (typeof value === "number" && !Number.isInteger(value)) throw fail("whole numbers in a 64-bit array", value);
  return BigInt(value);
}

function readData({ type, body }: Element): MatData {
  const array = DATA_TYPES[type as keyof typeof DATA_TYPES];
  if (array === undefined) throw fail("a numeric data type", `type ${type}`);
  if (body.length % array.BYTES_PER_ELEMENT !== 0) {
    throw fail(`a multiple of ${array.BYTES_PER_ELEMENT} bytes for type ${type}`, `${body.length} bytes`);
  }
  // A copy: the bytes in the file are not aligned. (`slice` of a Node Buffer would be a view.)
  return new array(new Uint8Array(body).buffer);
}
