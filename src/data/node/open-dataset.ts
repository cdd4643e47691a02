/** Opens a folder as a data set: which photos a split has, where their files are, which classes there are. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { DatasetError } from "../../errors.ts";
import {
  type ClassMapping,
  type LabelPngOptions,
  listLines,
  mapClasses,
  mapValues,
  type Others,
  parseClassList,
  parseValueMap,
  VOC_CLASSES,
} from "../../labels/index.ts";
import { type FolderLayout, findLayout, isFolder, listFolder, listSplits } from "./folder-layout.ts";

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
  const names = options.classes ?? (await readClasses(layout));
  const values = parseValueMap(options.map ?? [], names);
  const mapping = mapValues(mapClasses(names, options.wanted, options.others), values);
  const files = await splitFiles(layout, options.split, options.unlabelled ?? false);
  return { folder, split: options.split, names, mapping, labelFiles: options.labelFiles ?? {}, files };
}

async function readClasses(layout: FolderLayout): Promise<readonly string[]> {
  const path = join(layout.root, "classes.txt");
  const text = await readText(path);
  if (text !== undefined) return parseClassList(text, path);
  if (layout.kind === "voc") return VOC_CLASSES;
  throw new DatasetError(
    `openDataset: expected a class list, got none at ${path}. Write one name a line, background first, or pass --classes.`,
    path,
  );
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

async function splitFiles(layout: FolderLayout, split: string, unlabelled: boolean): Promise<DatasetFiles[]> {
  const listPath = join(layout.lists, `${split}.txt`);
  const list = split === "all" ? undefined : await readText(listPath);
  const subfolder = list === undefined && split !== "all";
  if (subfolder && !(layout.kind === "plain" && (await isFolder(join(layout.photos, split))))) {
    const splits = await listSplits(layout);
    throw new DatasetError(
      `openDataset: ${layout.root}: expected a split "${split}" (${listPath}), got ` +
        `${splits.length === 0 ? "no list at all" : `only ${splits.join(", ")}`}. Use "all" for every photo with a label map.`,
      listPath,
    );
  }
  const inside = (path: string): string => (subfolder ? join(path, split) : path);
  const photos = await filesById(inside(layout.photos));
  const labels = await filesById(inside(layout.labels));
  const instances = layout.instances === undefined ? undefined : await filesById(layout.instances);
  const ids = list === undefined ? [...(subfolder || unlabelled ? photos : labels).keys()] : listIds(list);
  if (ids.length === 0) {
    const where = list === undefined ? inside(layout.photos) : listPath;
    throw new DatasetError(
      `openDataset: expected at least 1 photo in the split "${split}", got none in ${where}.`,
      where,
    );
  }
  requireFiles(ids, photos, inside(layout.photos), "photo");
  if (!unlabelled) requireFiles(ids, labels, inside(layout.labels), "label map");
  return ids.map((id) => ({
    id,
    photo: photos.get(id) ?? "",
    labels: labels.get(id),
    instances: instances?.get(id),
  }));
}

/** Lists hold an id a line, or a file name; what follows after a space in a line does not matter. */
function listIds(text: string): string[] {
  return listLines(text).map((line) => line.replace(/\.(jpe?g|png)$/i, ""));
}

const PICTURES = new Set([".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".avif"]);

async function filesById(folder: string): Promise<Map<string, string>> {
  const names = (await listFolder(folder)) ?? [];
  const pictures = names.filter((name) => PICTURES.has(extname(name).toLowerCase()));
  return new Map(pictures.map((name) => [name.slice(0, -extname(name).length), join(folder, name)]));
}

function requireFiles(ids: readonly string[], files: ReadonlyMap<string, string>, folder: string, what: string): void {
  const missing = ids.filter((id) => !files.has(id));
  if (missing.length === 0) return;
  const first = missing.slice(0, 3).join(", ");
  throw new DatasetError(
    `openDataset: expected a ${what} for each of ${ids.length} ids in ${folder}, got none for ${missing.length}: ` +
      `${first}${missing.length > 3 ? ", ..." : ""}. Add the files or take the ids from the list.`,
    folder,
  );
}
