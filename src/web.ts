/** What needs a page: the runtime as WebAssembly, training on it, threads for the CRF. */
export { openCrfThreads } from "./crf/web.ts";
export { createWebRuntime, type WebRuntimeOptions } from "./runtime/web.ts";
export { createWebTraining } from "./train/web.ts";
