/** Opens a folder as a data set: which photos a split has, where their files are, which classes there are. */
import { join } from "node:path";
import { DatasetError } from "../../errors.ts";
import {
  type ClassMapping,
  type LabelPngOptions,
  mapClasses,
  mapValues,
  type Others,
  parseClassList,
  parseValueMap,
  requireClassNames,
  VOC_CLASSES,
} from "../../labels/index.ts";
import { missingFix } from "../check/index.ts";
import { type FolderLayout, findLayout } from "./folder-layout.ts";
import { type ListedFiles, listSplitFiles, listSplits, readList, type SimilarFiles } from "./split-files.ts";

export interface DatasetOptions {
  /** Name of the list, e.g. `train`; `all` is every photo that has a label map. */
  readonly split: string;
  /** Names of the classes, in the order of the label values; default: `classes.txt` of the folder, else VOC's for a VOC folder. */
  readonly classes?: readonly string[];
  /** The classes to train or score; default: all of the set's. */
  readonly wanted?: readonly string[];
  /** What becomes of the set's other classes; default background. */
  readonly others?: Others;
  /** Maps of file values such as `255=1`, before classes are mapped. */
  readonly map?: readonly string[];
  /** How label files are read. */
  readonly labelFiles?: LabelPngOptions;
  /** Photos without a label map belong to the split too, also to `all`; every pixel of them is void. Default false. */
  readonly unlabelled?: boolean;
}

/** Paths of one photo and its label map. */
export interface DatasetFiles {
  readonly id: string;
  readonly photo: string;
  /** `undefined` for a photo without a label map. */
  readonly labels: string | undefined;
  readonly instances: string | undefined;
}

/** An opened data set: plain data, so that it can be sent to workers. */
export interface Dataset {
  readonly folder: string;
  readonly split: string;
  /** The set's own classes, by label value. */
  readonly names: readonly string[];
  readonly mapping: ClassMapping;
  readonly labelFiles: LabelPngOptions;
  readonly files: readonly DatasetFiles[];
}

/**
 * Opens a split of a data set folder; the files are listed, not read.
 *
 * @param folder - A VOC folder or development kit, or a folder with `images/` and `labels/`.
 * @throws {DatasetError} if the folder, the list or a listed file is missing, the list is empty, or there is no class list.
 * @throws {FormatError} if the class list is not one. {@link OptionError} if `map` is not one.
 * @example
 * ```ts
 * const dataset = await openDataset("VOCdevkit/VOC2012", { split: "val" });
 * const { image, labels } = await readExample(dataset, 0);
 * ```
 */
export async function openDataset(folder: string, options: DatasetOptions): Promise<Dataset> {
  const layout = await findLayout(folder);
  const { names, mapping } = await datasetClasses(layout, options);
  const files = await splitFiles(layout, options.split, options.unlabelled);
  return { folder, split: options.split, names, mapping, labelFiles: options.labelFiles ?? {}, files };
}

/** The set's own classes, and what they become; `assumed` if nothing says what they are. */
export async function datasetClasses(
  layout: FolderLayout,
  { classes, wanted, others, map = [] }: Omit<DatasetOptions, "split">,
): Promise<Pick<Dataset, "names" | "mapping"> & { readonly assumed: boolean }> {
  const given = classes ?? (await readClasses(layout));
  const names = given ?? VOC_CLASSES;
  requireClassNames(names, "openDataset: classes");
  const mapping = mapValues(mapClasses(names, wanted, others), parseValueMap(map, names));
  return { names, mapping, assumed: given === undefined };
}

/** The folder's class list; `undefined` for a VOC folder without one. */
async function readClasses(layout: FolderLayout): Promise<readonly string[] | undefined> {
  const path = join(layout.root, "classes.txt");
  const text = await readList(path);
  if (text !== undefined) return parseClassList(text, path);
  if (layout.kind === "voc") return undefined;
  throw new DatasetError(
    `openDataset: expected a class list, got none at ${path}. Write one name a line, background first, or pass --classes.`,
    path,
  );
}

/** @throws {DatasetError} that names the splits which there are. */
export async function missingSplit(layout: FolderLayout, split: string): Promise<never> {
  const splits = await listSplits(layout);
  const listPath = join(layout.lists, `${split}.txt`);
  throw new DatasetError(
    `openDataset: ${layout.root}: expected a split "${split}" (${listPath}), got ` +
      `${splits.length === 0 ? "no list at all" : `only ${splits.join(", ")}`}. Use "all" for every photo with a label map; a training without validation has data.val=none.`,
    listPath,
  );
}

async function splitFiles(layout: FolderLayout, split: string, unlabelled = false): Promise<DatasetFiles[]> {
  const listed = (await listSplitFiles(layout, split, unlabelled)) ?? (await missingSplit(layout, split));
  const { source, files, photoFolder, labelFolder } = listed;
  if (files.length === 0) {
    throw new DatasetError(
      `openDataset: expected at least 1 photo in the split "${split}", got none in ${source}. Write ids into it, one a line.`,
      source,
    );
  }
  requireFiles(files, "photo", photoFolder, listed.similar);
  if (!unlabelled) requireFiles(files, "labels", labelFolder, listed.similar);
  return files.map(({ id, photo = "", labels, instances }) => ({ id, photo, labels, instances }));
}

function requireFiles(
  files: readonly ListedFiles[],
  kind: "photo" | "labels",
  folder: string,
  similar: SimilarFiles,
): void {
  const missing = files.filter((file) => file[kind] === undefined).map(({ id }) => id);
  if (missing.length === 0) return;
  throw new DatasetError(
    `openDataset: expected a ${kind === "photo" ? "photo" : "label map"} for each of ${files.length} ids in ${folder}, ` +
      `got none for ${missing.length}: ${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", ..." : ""}. ` +
      missingFix(kind, missing, similar[kind]),
    folder,
  );
}
