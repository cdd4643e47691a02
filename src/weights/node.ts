/** Weight files on disk (Node only). */
export { TEMPORARY_SUFFIX, writeFileAtomically } from "./node/atomic-file.ts";
export { type OpenedModelFile, openModelFile, readModelFile, writeModelFile } from "./node/model-file.ts";
export { openSafetensors, readSafetensors, SafetensorsReader } from "./node/safetensors-reader.ts";
export { writeSafetensors } from "./node/safetensors-writer.ts";
export { type ShippedModel, shippedModel } from "./node/shipped-model.ts";
