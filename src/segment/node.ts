/** Segmentation in Node: model files, photos in files, evaluation on data sets. */
export { type EvaluatedImage, type EvaluateOptions, evaluateModel } from "./node/evaluate-model.ts";
export { type EvaluatePredictionsOptions, evaluatePredictions } from "./node/evaluate-predictions.ts";
export { findPhotos } from "./node/find-photos.ts";
export { loadSegmenter } from "./node/load-segmenter.ts";
export { type PhotoResult, type SegmentPhotosOptions, segmentPhotos } from "./node/segment-photos.ts";
