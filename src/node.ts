/** What needs Node: files, data sets in folders, the runtime on the processor, and training in a worker thread. */
export { openCrfThreads } from "./crf/node.ts";
export {
  BATCH_DEFAULTS,
  type BatchOptions,
  type Dataset,
  type DatasetOptions,
  openDataset,
  prepareBatches,
} from "./data/node.ts";
export { decodePhoto, encodePhoto, PHOTO_DEFAULTS, type PhotoLimits, readPhoto } from "./image/node.ts";
export { nodeRuntime } from "./runtime/node.ts";
export {
  type EvaluatedImage,
  type EvaluateOptions,
  type EvaluatePredictionsOptions,
  evaluateModel,
  evaluatePredictions,
  findPhotos,
  loadSegmenter,
  type PhotoResult,
  type SegmentPhotosOptions,
  segmentPhotos,
} from "./segment/node.ts";
export {
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
