/** Segmentation in Node: model files, photos in files, evaluation on data sets. */
export { type EvaluatedImage, type EvaluateOptions, evaluateModel } from "./node/evaluate-model.ts";
export { type EvaluatePredictionsOptions, evaluatePredictions } from "./node/evaluate-predictions.ts";
export { type LoadOptions, loadSegmenter } from "./node/load-segmenter.ts";
export { type OpenedModel, openSegmentationModel } from "./node/open-model.ts";
export { type OptimisedModel, type OptimiseOptions, optimiseModel } from "./node/optimise-model.ts";
export { readScoreMap } from "./node/score-file.ts";
export { scoredPhotos, unscored, type WriteScoresOptions, writeScores } from "./node/scored-photos.ts";
export { type PhotoResult, type SegmentPhotosOptions, segmentPhotos } from "./node/segment-photos.ts";
