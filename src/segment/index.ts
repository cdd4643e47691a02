/** From a photo to its label map. */
export {
  FIND_CRF_DEFAULTS,
  type FindCrfOptions,
  type FoundCrf,
  findCrf,
  type ScoredPhoto,
  type ScoredPhotos,
} from "./find-crf.ts";
export { fitPhoto, fittedSize } from "./fit.ts";
export { type ClassShare, classShares, labelsAt } from "./labels-at.ts";
export { type SegmentationModel, segmentationModel } from "./model.ts";
export { type Evidence, REFINE_DEFAULTS, type Refined, type RefineOptions, refineLabels } from "./refine.ts";
export { segmentationGraph } from "./segmentation-graph.ts";
export { requireSegmentationMemory, type SegmentationLayout, segmentationMemory } from "./segmentation-memory.ts";
export { Segmenter, type SegmenterOptions, type SegmentOptions } from "./segmenter.ts";
export { type ScoreMap, TileAccumulator, tileStarts, tilesOf } from "./tiles.ts";
