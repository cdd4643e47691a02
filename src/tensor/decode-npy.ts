/** Reads the `.npy` format of NumPy, versions 1.0 to 3.0: float arrays in C order. The header is matched, never executed. */
import { FormatError } from "../errors.ts";

/** An array of a `.npy` file. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Float32, row by row (C order); float64 files are rounded. */
  readonly data: Float32Array<ArrayBuffer>;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
/** NumPy's own limit; a header of three keys has 100 bytes. */
const MAX_HEADER_BYTES = 10_000;
const ITEM_BYTES: Readonly<Record<string, 4 | 8>> = { "<f4": 4, "<f8": 8 };

/**
 * Decodes a `.npy` file of float32 or float64 numbers.
 *
 * @param bytes - The whole file.
 * @param name - Named in errors, e.g. the path.
 * @throws {FormatError} if it is not such a file, is truncated, or its header promises more or less than it holds.
 * @see numpy.lib.format.
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const { header, dataAt } = readHeader(bytes, name);
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const tuple = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  const itemBytes = ITEM_BYTES[type ?? ""];
  if (itemBytes === undefined) {
    const got = type === undefined ? "a header without one" : `"${type}"`;
    throw wrong(name, `the type "<f4" or "<f8"`, got, "Save it with array.astype(numpy.float32).");
  }
  if (order !== "False") {
    const got = order === undefined ? "a header without it" : "rows in Fortran's order";
    throw wrong(name, "rows in C order", got, "Save it with numpy.ascontiguousarray(array).");
  }
  if (tuple === undefined) throw wrong(name, "a shape of whole numbers", "a header without one");
  const shape = tuple.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (count * itemBytes !== bytes.length - dataAt) {
    const expected = `${count * itemBytes} bytes for the shape [${shape.join(", ")}] and ${itemBytes} bytes a number`;
    throw wrong(name, expected, String(bytes.length - dataAt));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataAt, count * itemBytes);
  const data = new Float32Array(count);
  if (itemBytes === 4) for (let i = 0; i < count; i++) data[i] = view.getFloat32(4 * i, true);
  else for (let i = 0; i < count; i++) data[i] = view.getFloat64(8 * i, true);
  return { shape, data };
}

/** The header's text, and where the numbers begin. */
function readHeader(bytes: Uint8Array, name: string): { header: string; dataAt: number } {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw wrong(name, "a .npy file", `${bytes.length} bytes of something else`);
  }
  const [major, minor] = [bytes[6], bytes[7]];
  if (major === undefined || major < 1 || major > 3) throw wrong(name, "version 1 to 3", `${major}.${minor}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [textAt, length] = major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > MAX_HEADER_BYTES || textAt + length > bytes.length) {
    const most = Math.min(MAX_HEADER_BYTES, bytes.length - textAt);
    throw wrong(name, `a header of at most ${most} bytes`, String(length));
  }
  return { header: new TextDecoder("latin1").decode(bytes.subarray(textAt, textAt + length)), dataAt: textAt + length };
}

function wrong(name: string, expected: string, got: string, advice = ""): FormatError {
  return new FormatError(`decodeNpy: ${name}: expected ${expected}, got ${got}.${advice === "" ? "" : ` ${advice}`}`);
}
