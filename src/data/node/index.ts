export { type FolderLayout, findLayout, listSplits } from "./folder-layout.ts";
export { type IndexOptions, indexClasses } from "./index-classes.ts";
export { type Dataset, type DatasetFiles, type DatasetOptions, openDataset } from "./open-dataset.ts";
export { BATCH_DEFAULTS, type BatchOptions, prepareBatches } from "./prepare-batches.ts";
export { readExample, readLabels, sourceOf } from "./read-example.ts";
