/** Weight files on disk (Node only). */
export { readModel, writeModel } from "./node/model.ts";
export { openSafetensors, readSafetensors, SafetensorsReader } from "./node/safetensors-reader.ts";
export { writeSafetensors } from "./node/safetensors-writer.ts";
