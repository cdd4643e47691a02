/** The compiled CRF loops: decoded and compiled once, at first use. */
import { CRF_WASM, CRF_WASM_SHARED } from "./crf-wasm.ts";
import { decodeBase64 } from "./decode-base64.ts";

/** Addresses below it belong to the module's constants. */
export const MODULE_BYTES = 4096;

let supported: boolean | undefined;
let own: Promise<WebAssembly.Module> | undefined;
let shared: Promise<WebAssembly.Module> | undefined;

/** Whether this platform runs the module: false without WebAssembly SIMD. */
export function hasWasmCrf(): boolean {
  supported ??= typeof WebAssembly === "object" && WebAssembly.validate(decodeBase64(CRF_WASM));
  return supported;
}

/** A fresh instance of the module on the given memory. */
export async function instantiateCrf(memory: WebAssembly.Memory): Promise<WebAssembly.Exports> {
  return (await WebAssembly.instantiate(await compile(memory.buffer), { env: { memory } })).exports;
}

function compile(buffer: ArrayBufferLike): Promise<WebAssembly.Module> {
  if (buffer instanceof ArrayBuffer) {
    own ??= WebAssembly.compile(decodeBase64(CRF_WASM));
    return own;
  }
  shared ??= WebAssembly.compile(decodeBase64(CRF_WASM_SHARED));
  return shared;
}
