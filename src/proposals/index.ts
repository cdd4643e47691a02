/** Object proposals: edge detectors, edge boxes, enlarged crops, and the measures of both. */

export {
  type BoundaryMap,
  countEdges,
  EDGE_ACCURACY_DEFAULTS,
  type EdgeAccuracy,
  type EdgeAccuracyOptions,
  type EdgeCounts,
  edgeAccuracy,
  type FMeasure,
} from "./edge-accuracy.ts";
export { edgeBoxes, type Proposal } from "./edge-boxes.ts";
export {
  EDGE_BOXES_BEST_RECALL,
  EDGE_BOXES_DEFAULTS,
  type EdgeBoxesOptions,
  parseEdgeBoxesOptions,
} from "./edge-boxes-options.ts";
export type { EdgeForest } from "./edge-forest.ts";
export type { EdgeMap, FloatPlane, OrientationMap } from "./edge-map.ts";
export { EDGE_NMS_DEFAULTS, EDGE_NMS_FOR_DISPLAY, type EdgeNmsOptions, edgeNms } from "./edge-nms.ts";
export { edgeOrientation } from "./edge-orientation.ts";
export { CROP_ENLARGEMENT, enlargeBox, type PixelBox } from "./enlarge-box.ts";
export { readEdgeForest, writeEdgeForest } from "./forest-file.ts";
export { describeForest, type ForestInfo, forestInfo } from "./forest-info.ts";
export {
  detectGradientEdges,
  GRADIENT_EDGES_DEFAULTS,
  type GradientEdgesOptions,
  gradientMagnitude,
} from "./gradient-edges.ts";
export { readOpenCvForest, writeOpenCvForest } from "./opencv-forest.ts";
export {
  averageRecall,
  boxIou,
  type ObjectOverlaps,
  objectOverlaps,
  type ProposedPhoto,
  proposalsForRecall,
  recallAt,
} from "./proposal-recall.ts";
export {
  type EdgeDetector,
  PROPOSE_BOXES_DEFAULTS,
  type ProposeBoxesOptions,
  proposeBoxes,
} from "./propose-boxes.ts";
export { readForest } from "./read-forest.ts";
export { describeRecall, type RecallReport, recallReport } from "./recall-report.ts";
export { regionBoundaries, type Segmentation } from "./region-boundaries.ts";
export type { RgbImage } from "./rgb-image.ts";
export { detectStructuredEdges, STRUCTURED_EDGES_DEFAULTS, type StructuredEdgesOptions } from "./structured-edges.ts";
export {
  assembleForest,
  type ForestProgress,
  resolveTrainForestOptions,
  TRAIN_FOREST_DEFAULTS,
  type TrainForestControl,
  type TrainForestOptions,
  trainForest,
  trainForestTree,
} from "./train-forest.ts";
export type { TrainedTree } from "./train-tree.ts";
export {
  type ForestExample,
  isTrainable,
  LEAST_SIDE,
  prepareTrainingPhoto,
  prepareTrainingPhotos,
  RANGE_PHOTOS,
  type TrainingPhoto,
  type TrainingPhotos,
  type TrainingScale,
  trainingBytes,
  trainingScale,
} from "./training-photos.ts";
