/** What needs Node: the runtime on the processor, training in a worker thread, and weight files on disk. */
export { nodeRuntime } from "./runtime/node.ts";
export { nodeTraining } from "./train/node.ts";
export {
  openSafetensors,
  readModelFile,
  readSafetensors,
  type SafetensorsReader,
  writeModelFile,
  writeSafetensors,
} from "./weights/node.ts";
