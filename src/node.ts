/** What needs Node: the runtime on the processor, and training in a worker thread. */
export { nodeRuntime } from "./runtime/node.ts";
export { nodeTraining } from "./train/node.ts";
