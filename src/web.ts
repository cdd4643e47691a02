/** What needs a page: the runtime as WebAssembly, and training on it. */
export { createWebRuntime, type WebRuntimeOptions } from "./runtime/web.ts";
export { createWebTraining } from "./train/web.ts";
