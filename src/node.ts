/** What needs Node: files, data sets in folders, the runtime on the processor, and training in a worker thread. */
export { crfPresetText, openCrfThreads, readCrfPreset } from "./crf/node.ts";
export {
  BATCH_DEFAULTS,
  type BatchOptions,
  checkDataset,
  type Dataset,
  type DatasetOptions,
  findPhotos,
  IMPORT_DEFAULTS,
  type ImportedSet,
  type ImportOptions,
  importPennFudan,
  openDataset,
  prepareBatches,
  type ScanOptions,
  writeSampleSet,
} from "./data/node.ts";
export { decodePhoto, encodePhoto, PHOTO_DEFAULTS, type PhotoLimits, readPhoto } from "./image/node.ts";
export { createNodeRuntime, type DeviceOptions, type NodeDevice, nodeRuntime, pickDevice } from "./runtime/node.ts";
export {
  type EvaluatedImage,
  type EvaluateOptions,
  type EvaluatePredictionsOptions,
  evaluateModel,
  evaluatePredictions,
  loadSegmenter,
  type PhotoResult,
  readScoreMap,
  type SegmentPhotosOptions,
  scoredPhotos,
  segmentPhotos,
  unscored,
  type WriteScoresOptions,
  writeScores,
} from "./segment/node.ts";
export {
  configJsonSchema,
  configYaml,
  createNodeTraining,
  nodeTraining,
  readTrainConfig,
  runTraining,
  type TrainConfig,
  type TrainingEvent,
  type TrainingOptions,
  type TrainingProgress,
  type TrainingResult,
} from "./train/node.ts";
export {
  openSafetensors,
  readModelFile,
  readSafetensors,
  type SafetensorsReader,
  writeModelFile,
  writeSafetensors,
} from "./weights/node.ts";
