/** ONNX Runtime in a page or a page's worker, in the thread that calls; wasm threads need a page that is isolated (COOP and COEP). */
import { BackendError } from "../errors.ts";
import { EngineSession } from "./engine.ts";
import type { OrtModule } from "./ort-module.ts";
import type { Runtime } from "./session.ts";

export interface WebRuntimeOptions {
  /** `wasm`: the processor, through WebAssembly. Default `wasm`. */
  readonly device?: "wasm" | "webgpu";
  /** The folder or URLs of the runtime's `.wasm` files; they are never fetched from elsewhere. */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
  /** Threads of one operator. Default: the runtime's own choice. */
  readonly threads?: number;
}

/**
 * The runtime of a page. A page without WebGPU says so when a network is loaded: there is no silent change of device.
 *
 * @throws {BackendError} if the package onnxruntime-web is missing.
 */
export async function createWebRuntime(options: WebRuntimeOptions = {}): Promise<Runtime> {
  const { device = "wasm" } = options;
  const ort = await loadWebRuntime(options);
  return {
    device,
    async open(model, engineOptions) {
      const session = await EngineSession.open(ort, model, engineOptions, device);
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        async run(feeds, fetch, { signal }) {
          const outputs = await session.run(feeds, fetch);
          signal?.throwIfAborted();
          return outputs;
        },
        dispose: () => session.release(),
      };
    },
    availableMemory: () => undefined,
  };
}

type WebOrt = OrtModule & { readonly env: { readonly wasm: { wasmPaths?: unknown; numThreads?: number } } };

export async function loadWebRuntime(options: WebRuntimeOptions): Promise<OrtModule> {
  const ort = await importRuntime(options.device ?? "wasm");
  if (options.wasmPaths !== undefined) ort.env.wasm.wasmPaths = options.wasmPaths;
  if (options.threads !== undefined) ort.env.wasm.numThreads = options.threads;
  return ort;
}

async function importRuntime(device: "wasm" | "webgpu"): Promise<WebOrt> {
  try {
    // The build with WebGPU is larger: only pages that use it load it.
    const ort = device === "webgpu" ? import("onnxruntime-web/webgpu") : import("onnxruntime-web");
    return (await ort) as unknown as WebOrt;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackendError(
      `createWebRuntime: expected the package onnxruntime-web, got: ${reason}. Add it with: npm install onnxruntime-web`,
      { cause: error },
    );
  }
}
