/** What needs Node: the runtime on the processor, training in a worker thread, threads for the CRF. */
export { openCrfThreads } from "./crf/node.ts";
export { nodeRuntime } from "./runtime/node.ts";
export { nodeTraining } from "./train/node.ts";
