/** Weight files: the safetensors format, model files with metadata, float16, and loading a file into a network. */
export { FLOAT16_MAX, fromFloat16, toFloat16 } from "./float16.ts";
export { describeModel, type ModelInfo, modelInfo, type TensorInfo } from "./info.ts";
export { type MatchOptions, type MatchResult, matchTensors } from "./match.ts";
export { decodeMetadata, encodeMetadata, MODEL_FORMAT_VERSION } from "./metadata-strings.ts";
export {
  decodeModelFile,
  encodeModelFile,
  MODEL_FILE_DEFAULTS,
  type ModelFile,
  type ModelFileOptions,
} from "./model-file.ts";
export type {
  DataSetUse,
  JsonObject,
  JsonValue,
  LayersMetadata,
  ModelMetadata,
  NetMetadata,
  TrainingProvenance,
} from "./model-metadata.ts";
export { decodeSafetensors, decodeSafetensorsHeader, encodeSafetensors, type Safetensors } from "./safetensors.ts";
export type { SafetensorsHeader, TensorEntry } from "./safetensors-header.ts";
export { isLayerWeight, type WeightStorage } from "./storage.ts";
