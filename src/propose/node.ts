/** Proposals and edge detectors on files and folders (Node only). */
export { type EdgeDetectorOptions, GRADIENT, type NamedDetector, openEdgeDetector } from "./node/edge-detector.ts";
export { type EvaluateProposalsOptions, evaluateProposals } from "./node/evaluate-proposals.ts";
export {
  OBJECT_SOURCES,
  type ObjectSource,
  openPhotoObjects,
  type PhotoObjects,
  type PhotoObjectsOptions,
} from "./node/photo-objects.ts";
export { type ProposalResult, type ProposePhotosOptions, proposePhotos } from "./node/propose-photos.ts";
