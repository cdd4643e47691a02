/** From a photo to its label map. */
export { fitPhoto, fittedSize } from "./fit.ts";
export {
  labelsAt,
  type SegmentationModel,
  Segmenter,
  type SegmenterOptions,
  type SegmentOptions,
} from "./segmenter.ts";
export { type ScoreMap, TileAccumulator, tileStarts, tilesOf } from "./tiles.ts";
