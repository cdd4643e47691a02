/** The front door: networks, sessions and errors. The parts have subpaths of their own. */
export * from "./errors.ts";
export { type LabelMap, labelMap } from "./labels/index.ts";
export { deconvNet, fcn, vgg16 } from "./nets/index.ts";
export { EdgeNetDetector } from "./propose/index.ts";
export { type RunOptions, type Runtime, Session, type SessionOptions } from "./runtime/index.ts";
export { Segmenter, type SegmenterOptions, type SegmentOptions } from "./segment/index.ts";
export { Trainer } from "./train/index.ts";
