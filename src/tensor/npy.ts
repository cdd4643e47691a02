/** The `.npy` format of NumPy, version 1.0, for float32 arrays. */
import { ShapeError } from "../errors.ts";

/** Before the header's text: magic bytes, version, length. */
const PREFIX_BYTES = 10;
/** The data begin at a multiple of this. */
const ALIGNMENT = 64;

/**
 * Encodes an array as a `.npy` file, row by row (C order).
 *
 * @param data - Float32.
 * @param shape - Its shape.
 * @throws {ShapeError} if the shape does not fit the array.
 * @see numpy.lib.format, "Format Version 1.0".
 */
export function encodeNpy(data: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (size !== data.length) {
    throw new ShapeError(
      `encodeNpy: expected ${size} numbers for the shape [${shape.join(", ")}], got ${data.length}.`,
    );
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const headed = Math.ceil((PREFIX_BYTES + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${text.padEnd(headed - PREFIX_BYTES - 1)}\n`;
  const bytes = new Uint8Array(headed + 4 * data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), PREFIX_BYTES);
  for (let i = 0; i < data.length; i++) view.setFloat32(headed + 4 * i, data[i]!, true);
  return bytes;
}
