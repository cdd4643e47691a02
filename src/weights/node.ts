/** Weight files on disk (Node only). */
export { readModelFile, writeModelFile } from "./node/model-file.ts";
export { openSafetensors, readSafetensors, SafetensorsReader } from "./node/safetensors-reader.ts";
export { writeSafetensors } from "./node/safetensors-writer.ts";
