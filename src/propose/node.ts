/** Proposals and edge detectors on files and folders (Node only). */
export { type EdgeDetectorOptions, GRADIENT, type NamedDetector, openEdgeDetector } from "./node/edge-detector.ts";
export { type ProposalResult, type ProposePhotosOptions, proposePhotos } from "./node/propose-photos.ts";
