export {
  AUGMENTATION_DEFAULTS,
  type AugmentationOptions,
  augmentationOptions,
  drawView,
  type View,
} from "./augmentation.ts";
export {
  CHECK_DEFAULTS,
  type CheckOptions,
  type CheckReport,
  type ClassStatistics,
  classIndexOf,
  type DatasetScan,
  type Finding,
  type FindingCode,
  guessMap,
  type LabelFacts,
  type LabelFault,
  type PhotoFacts,
  readLabelsOf,
  reportOf,
  type ScannedPhoto,
  type ScannedSplit,
  type SplitStatistics,
  scanLabelFile,
  type UnreadLabels,
  type UnreadPhoto,
  type ValueCount,
  type ValueStatistics,
} from "./check/index.ts";
export { type HumanSegmentation, readHumanSegmentations } from "./human-segmentations.ts";
export {
  type MatCell,
  type MatData,
  type MatNumeric,
  type MatStruct,
  type MatText,
  type MatUnread,
  type MatValue,
  readMatFile,
} from "./mat-file.ts";
export { connectedObjects, instanceObjects, type LabelledObject } from "./objects.ts";
export {
  type Batch,
  type Example,
  type ExampleSource,
  makeBatch,
  makeSample,
  renderView,
  type Sample,
  type SampleOptions,
  type SecondInput,
} from "./sample.ts";
export {
  type ClassIndex,
  createSampler,
  joinIndexes,
  type SampledSet,
  type Sampler,
  type Sampling,
} from "./sampler.ts";
export { type SplitLists, splitIds } from "./split-ids.ts";
export { HELD_OUT_SPLITS } from "./split-names.ts";
export { type AnnotatedObject, parseVocAnnotation } from "./voc-annotation.ts";
