/** Object proposals: edge detectors, edge boxes, enlarged crops, and the measures of both. */

export { edgeBoxes, type Proposal } from "./edge-boxes.ts";
export { EDGE_BOXES_BEST_RECALL, EDGE_BOXES_DEFAULTS, type EdgeBoxesOptions } from "./edge-boxes-options.ts";
export type { EdgeMap, FloatPlane, OrientationMap } from "./edge-map.ts";
export { EDGE_NMS_DEFAULTS, EDGE_NMS_FOR_DISPLAY, type EdgeNmsOptions, edgeNms } from "./edge-nms.ts";
export { edgeOrientation } from "./edge-orientation.ts";
export { CROP_ENLARGEMENT, enlargeBox, type PixelBox } from "./enlarge-box.ts";
export {
  detectGradientEdges,
  GRADIENT_EDGES_DEFAULTS,
  type GradientEdgesOptions,
  gradientMagnitude,
} from "./gradient-edges.ts";
export {
  type EdgeDetector,
  PROPOSE_BOXES_DEFAULTS,
  type ProposeBoxesOptions,
  proposeBoxes,
} from "./propose-boxes.ts";
export type { RgbImage } from "./rgb-image.ts";
