/** Data sets on disk, and batches prepared ahead in worker threads (Node only). */
export { findPhotos } from "./node/find-photos.ts";
export { type FolderLayout, findLayout, listFolder } from "./node/folder-layout.ts";
export { IMPORT_DEFAULTS, type ImportedSet, type ImportOptions, importPennFudan } from "./node/import-penn-fudan.ts";
export { type IndexOptions, indexClasses } from "./node/index-classes.ts";
export { type Dataset, type DatasetFiles, type DatasetOptions, openDataset } from "./node/open-dataset.ts";
export { makeOutputFolder, outputPaths } from "./node/output-names.ts";
export { pickPhotos } from "./node/pick-photos.ts";
export { BATCH_DEFAULTS, type BatchOptions, prepareBatches } from "./node/prepare-batches.ts";
export { readExample, readLabels, sourceOf } from "./node/read-example.ts";
export { requireDistinct } from "./node/require-distinct.ts";
export { writeSampleSet } from "./node/sample-set.ts";
export { checkDataset, type ScanOptions, scanDataset } from "./node/scan-dataset.ts";
export { listIds, listSplits } from "./node/split-files.ts";
