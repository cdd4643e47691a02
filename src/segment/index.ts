/** From a photo to its label map. */
export { fitPhoto, fittedSize } from "./fit.ts";
export { type ClassShare, classShares, labelsAt } from "./labels-at.ts";
export { type SegmentationModel, segmentationModel } from "./model.ts";
export { Segmenter, type SegmenterOptions, type SegmentOptions } from "./segmenter.ts";
export { type ScoreMap, TileAccumulator, tileStarts, tilesOf } from "./tiles.ts";
