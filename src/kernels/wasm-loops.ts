/** The CRF's loops in WebAssembly SIMD, over arrays in the module's memory. */
import { BackendError } from "../errors.ts";
import type { CrfMemory } from "./crf-memory.ts";

/** What the loops in `assembly/` export; every array is the address of its first byte (0 stands for none), strides are bytes. */
interface CrfExports {
  clear(values: number, bytes: number): void;
  splat(...addressesAndCounts: number[]): void;
  blur(run: number, length: number, values: number, stride: number): void;
  slice(...addressesAndCounts: number[]): void;
  subtractProduct(...addressesAndCounts: number[]): void;
  softmax(...addressesAndCounts: number[]): number;
}

/**
 * The loops of one thread.
 *
 * @param instance - What the module exports, instantiated on the memory whose buffer is given.
 * @param start - Where arrays may be allocated.
 * @param messages - Address of 1,024 bytes of this thread's own.
 */
export function loopsOn(
  instance: WebAssembly.Exports,
  buffer: ArrayBufferLike,
  start: number,
  messages: number,
): CrfMemory {
  const loops = instance as unknown as CrfExports;
  let next = start;
  const allocate = (size: number): number => {
    const address = next;
    next += Math.ceil(size / 16) * 16;
    if (next > buffer.byteLength) {
      throw new BackendError(`loopsOn: expected arrays of at most ${buffer.byteLength} bytes in all, got ${next}.`);
    }
    return address;
  };
  const at = (array: ArrayBufferView | null): number => (array === null ? 0 : array.byteOffset);
  return {
    float32: (length) => new Float32Array(buffer, allocate(4 * length), length),
    int32: (length) => new Int32Array(buffer, allocate(4 * length), length),
    uint8: (length) => new Uint8Array(buffer, allocate(length), length),
    clear: (values) => loops.clear(values.byteOffset, values.byteLength),
    splat: ({ size, corners, weights }, input, norm, values, lanes, begin, end) =>
      loops.splat(size, at(corners), at(weights), at(input), at(norm), at(values), 4 * lanes, begin, end),
    blur: (run, values, lanes) => loops.blur(at(run), run.length, at(values), 4 * lanes),
    slice: ({ size, corners, weights }, values, { alpha, norm, factor }, base, output, lanes, begin, end) =>
      loops.slice(
        size,
        at(corners),
        at(weights),
        at(values),
        alpha,
        at(norm),
        factor,
        at(base),
        at(output),
        4 * lanes,
        begin,
        end,
      ),
    subtractProduct: (matrix, base, output, { classes, pixels, lanes }, begin, end) =>
      loops.subtractProduct(
        at(matrix),
        classes,
        at(base),
        at(output),
        messages,
        4 * lanes,
        4 * pixels * lanes,
        begin,
        end,
      ),
    softmax: (scores, { classes, pixels, groups, lanes }, labels, begin, end) =>
      loops.softmax(at(scores), classes, groups, 4 * lanes, 4 * pixels * lanes, at(labels), begin, end),
  };
}
