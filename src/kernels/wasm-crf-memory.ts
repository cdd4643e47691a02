/** The CRF's loops in WebAssembly SIMD, over arrays in the module's memory. */
import { BackendError } from "../errors.ts";
import type { CrfMemory } from "./crf-memory.ts";
import { instantiateCrf, MODULE_BYTES } from "./wasm-module.ts";
import { reserveMemory } from "./wasm-pages.ts";

/** What the loops in `assembly/` export; every array is the address of its first byte (0 stands for none), strides are bytes. */
interface CrfExports {
  splat(...addressesAndCounts: number[]): void;
  blur(run: number, length: number, values: number, stride: number): void;
  slice(...addressesAndCounts: number[]): void;
  subtractProduct(...addressesAndCounts: number[]): void;
  softmax(...addressesAndCounts: number[]): number;
}

/** Room for the messages of 255 classes, which each thread needs for itself. */
const SCRATCH_BYTES = 1024;

/**
 * Reserves memory of its own for the arrays to come.
 *
 * @param bytes - What the arrays will fill, 16 bytes of rounding for each included.
 * @throws {BackendError} if the platform does not give that much.
 */
export async function wasmCrfMemory(bytes: number): Promise<CrfMemory> {
  return loopsOn(reserveMemory(MODULE_BYTES + SCRATCH_BYTES + bytes), 0, MODULE_BYTES + SCRATCH_BYTES);
}

/**
 * Reserves memory for several threads: this one is number 0, the others call {@link joinWasmMemory}.
 *
 * @throws {BackendError} if the platform does not give that much.
 */
export async function sharedWasmMemory(
  bytes: number,
  threads: number,
): Promise<{ memory: CrfMemory; shared: WebAssembly.Memory }> {
  const start = MODULE_BYTES + SCRATCH_BYTES * (threads + 1);
  const shared = reserveMemory(start + bytes, true);
  return { memory: await loopsOn(shared, 0, start), shared };
}

/** The loops for one more thread, over arrays that were allocated by thread 0; it allocates nothing itself. */
export function joinWasmMemory(shared: WebAssembly.Memory, thread: number): Promise<CrfMemory> {
  return loopsOn(shared, thread, shared.buffer.byteLength);
}

async function loopsOn(memory: WebAssembly.Memory, thread: number, start: number): Promise<CrfMemory> {
  const loops = (await instantiateCrf(memory)) as unknown as CrfExports;
  const { buffer } = memory;
  const scratch = MODULE_BYTES + SCRATCH_BYTES * thread;
  let next = start;
  const allocate = (size: number): number => {
    const address = next;
    next += Math.ceil(size / 16) * 16;
    if (next > buffer.byteLength) {
      throw new BackendError(
        `wasmCrfMemory: expected arrays of at most ${buffer.byteLength} bytes in all, got ${next}.`,
      );
    }
    return address;
  };
  const at = (array: ArrayBufferView | null): number => (array === null ? 0 : array.byteOffset);
  return {
    float32: (length) => new Float32Array(buffer, allocate(4 * length), length),
    int32: (length) => new Int32Array(buffer, allocate(4 * length), length),
    uint8: (length) => new Uint8Array(buffer, allocate(length), length),
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
        scratch,
        4 * lanes,
        4 * pixels * lanes,
        begin,
        end,
      ),
    softmax: (scores, { classes, pixels, groups, lanes }, labels, begin, end) =>
      loops.softmax(at(scores), classes, groups, 4 * lanes, 4 * pixels * lanes, at(labels), begin, end),
  };
}
