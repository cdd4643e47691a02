/** The CRF's loops in WebAssembly SIMD, over arrays in the module's memory. */
import { BackendError } from "../errors.ts";
import type { CrfMemory } from "./crf-memory.ts";
import { CRF_WASM } from "./crf-wasm.ts";

/** What `assembly/crf.ts` exports; every array is the address of its first byte, strides are bytes. */
interface CrfExports {
  splat(...addressesAndCounts: number[]): void;
  blur(run: number, length: number, values: number, stride: number): void;
  slice(...addressesAndCounts: number[]): void;
  subtractProduct(...addressesAndCounts: number[]): void;
  softmax(...addressesAndCounts: number[]): number;
}

const PAGE = 65536;
const MAX_PAGES = 65536;
/** The module's constants end before it; then room for the messages of 255 classes. Address 0 stands for none. */
const SCRATCH = 2048;
const FIRST_ARRAY = SCRATCH + 1024;

let compiled: Promise<WebAssembly.Module> | undefined;

/** Whether this platform runs the module: false without WebAssembly SIMD. */
export function hasWasmCrf(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(decodeBase64(CRF_WASM));
}

/**
 * Reserves memory of its own for the arrays to come.
 *
 * @param bytes - What the arrays will fill, 16 bytes of rounding for each included.
 * @throws {BackendError} if the platform does not give that much.
 */
export async function wasmCrfMemory(bytes: number): Promise<CrfMemory> {
  const pages = Math.ceil((bytes + FIRST_ARRAY) / PAGE);
  const memory = reserve(pages);
  compiled ??= WebAssembly.compile(decodeBase64(CRF_WASM));
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory } });
  const loops = instance.exports as unknown as CrfExports;
  const { buffer } = memory;
  let next = FIRST_ARRAY;
  const allocate = (size: number): number => {
    const start = next;
    next += Math.ceil(size / 16) * 16;
    if (next > buffer.byteLength) {
      throw new BackendError(`wasmCrfMemory: expected arrays of at most ${buffer.byteLength} bytes in all, got ${next}.`);
    }
    return start;
  };
  const at = (array: ArrayBufferView | null): number => (array === null ? 0 : array.byteOffset);
  return {
    backend: "wasm",
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
      loops.subtractProduct(at(matrix), classes, at(base), at(output), SCRATCH, 4 * lanes, 4 * pixels * lanes, begin, end),
    softmax: (scores, { classes, pixels, groups, lanes }, labels, begin, end) =>
      loops.softmax(at(scores), classes, groups, 4 * lanes, 4 * pixels * lanes, at(labels), begin, end),
  };
}

function reserve(pages: number): WebAssembly.Memory {
  if (pages <= MAX_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: pages });
    } catch {
      // The platform's own message does not say how much was asked for.
    }
  }
  throw new BackendError(
    `wasmCrfMemory: expected ${(pages / 16).toFixed(0)} MB to be available to WebAssembly (4096 MB at most), got a refusal. Use a smaller picture or fewer classes.`,
  );
}

/** The base64 decoder that pages and Node both have. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
