/** Proposals and edge detectors on files and folders (Node only). */
export {
  DEFAULT_DETECTOR,
  DETECTORS,
  type DetectorName,
  type EdgeDetectorOptions,
  type NamedDetector,
  openEdgeDetector,
  readEdgeNet,
  readForestFile,
} from "./node/edge-detector.ts";
export {
  type EdgeExample,
  type EdgeExamples,
  type EdgeExamplesOptions,
  openEdgeExamples,
} from "./node/edge-examples.ts";
export {
  detectedEdges,
  type EdgeSource,
  type EvaluateEdgesOptions,
  evaluateEdges,
  storedEdges,
} from "./node/evaluate-edges.ts";
export { type EvaluateProposalsOptions, evaluateProposals } from "./node/evaluate-proposals.ts";
export {
  OBJECT_SOURCES,
  type ObjectSource,
  openPhotoObjects,
  type PhotoObjects,
  type PhotoObjectsOptions,
} from "./node/photo-objects.ts";
export { type ProposalResult, type ProposePhotosOptions, proposePhotos } from "./node/propose-photos.ts";
export {
  TRAIN_EDGE_NET_DEFAULTS,
  type TrainEdgeNetOptions,
  type TrainEdgeNetProgress,
  trainEdgeNet,
} from "./node/train-edge-net.ts";
export { type TrainEdgesOptions, type TrainEdgesProgress, trainEdges } from "./node/train-edges.ts";
export { isForestName, writeForestFile } from "./node/write-forest.ts";
