export {
  AUGMENTATION_DEFAULTS,
  type AugmentationOptions,
  augmentationOptions,
  drawView,
  type View,
} from "./augmentation.ts";
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
