/** Edge detectors that need the runtime; those that do not are in `proposals`. */
export { EDGE_NET_PREPROCESSING, EdgeNetDetector } from "./edge-net-detector.ts";
