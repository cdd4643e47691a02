/** Looks through a data set on disk: every label map and object map is decoded, every photo decoded or its header read. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { decodePhoto, readPhotoSize } from "../../image/node.ts";
import type { LabelPngOptions } from "../../labels/index.ts";
import {
  type CheckOptions,
  type CheckReport,
  type DatasetScan,
  type LabelFacts,
  type PhotoFacts,
  reportOf,
  type ScannedPhoto,
  type ScannedSplit,
  scanLabelFile,
  type UnreadLabels,
  type UnreadPhoto,
} from "../check/index.ts";
import { findLayout } from "./folder-layout.ts";
import { type DatasetOptions, datasetClasses, missingSplit } from "./open-dataset.ts";
import { type ListedFiles, listSplitFiles, listSplits, type SplitFiles } from "./split-files.ts";

export interface ScanOptions extends Omit<DatasetOptions, "split"> {
  /** The splits to look through; default: all that the folder has lists for, else `all`. */
  readonly splits?: readonly string[];
  /**
   * `pixels` decodes the photos: finds those that are cut short, and the same photo under two names. `header` reads their
   * size alone.
   */
  readonly photos?: "pixels" | "header";
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The threads that decode photos, four by default, are kept busy while label maps are decoded here. */
const AT_ONCE = 6;

/**
 * Checks a data set folder before it is trained on.
 *
 * @param folder - A VOC folder or development kit, or a folder with `images/` and `labels/`.
 * @param options - {@link ScanOptions} and {@link CheckOptions}.
 * @returns What is in the folder, and what is wrong with it; a bad file is a finding, not an error.
 * @throws {DatasetError} if the folder is no data set, has no class list, or lacks a split that was named.
 * @throws {FormatError} if the class list is not one. {@link OptionError} if `map` is not one.
 * @example
 * ```ts
 * const { ok, findings } = await checkDataset("pets");
 * if (!ok) console.log(findings.map(({ level, message }) => `${level}: ${message}`).join("\n"));
 * ```
 */
export async function checkDataset(folder: string, options: ScanOptions & CheckOptions = {}): Promise<CheckReport> {
  return reportOf(await scanDataset(folder, options), options);
}

/** The facts that {@link checkDataset} judges; options and errors as there. */
export async function scanDataset(folder: string, options: ScanOptions = {}): Promise<DatasetScan> {
  const { signal, onProgress, photos: depth = "pixels", labelFiles = {}, unlabelled = false } = options;
  const layout = await findLayout(folder);
  const { names, mapping, assumed } = await datasetClasses(layout, options);
  const { splits, listed } = await listPhotos(folder, layout, await splitNames(layout, options), unlabelled);
  const photos: ScannedPhoto[] = [];
  let done = 0;
  await eachOf(listed, AT_ONCE, async (files, position) => {
    signal?.throwIfAborted();
    const photo = scanPhoto(files.photo, depth);
    const labels = await scanLabels(files.labels, labelFiles);
    const objects = await scanLabels(files.instances);
    const { id, photoFile, labelFile, morePhotos, instances = "" } = files;
    photos[position] = {
      id,
      photoFile,
      labelFile,
      morePhotos,
      photo: await photo,
      labels,
      objects: objects && { file: relative(folder, instances), ...objects },
    };
    onProgress?.(++done, listed.length);
  });
  return { folder, layout: layout.kind, names, assumedClasses: assumed, unlabelled, mapping, photos, splits };
}

type Layout = Awaited<ReturnType<typeof findLayout>>;
type NamedFiles = ListedFiles & Pick<ScannedPhoto, "photoFile" | "labelFile">;

async function splitNames(layout: Layout, { splits }: ScanOptions): Promise<readonly string[]> {
  if (splits !== undefined) return splits;
  const found = await listSplits(layout);
  return found.length === 0 ? ["all"] : found;
}

/** Every photo once, in the order in which the splits name them. */
async function listPhotos(
  folder: string,
  layout: Layout,
  names: readonly string[],
  unlabelled: boolean,
): Promise<{ splits: ScannedSplit[]; listed: NamedFiles[] }> {
  const positions = new Map<string, number>();
  const listed: NamedFiles[] = [];
  const splits: ScannedSplit[] = [];
  for (const name of new Set(names)) {
    const found = (await listSplitFiles(layout, name, unlabelled)) ?? (await missingSplit(layout, name));
    const photos = found.files.map((files) => {
      const named = nameFiles(folder, files, found);
      // Folders of their own may hold other photos under the same id.
      const position = positions.get(named.photoFile) ?? listed.push(named) - 1;
      positions.set(named.photoFile, position);
      return position;
    });
    const leftOut = found.leftOut.map((path) => relative(folder, path));
    splits.push({ name, source: relative(folder, found.source), photos, similar: found.similar, leftOut });
  }
  return { splits, listed };
}

function nameFiles(folder: string, files: ListedFiles, { photoFolder, labelFolder }: SplitFiles): NamedFiles {
  return {
    ...files,
    morePhotos: files.morePhotos.map((path) => relative(folder, path)),
    photoFile: relative(folder, files.photo ?? join(photoFolder, files.id)),
    labelFile: relative(folder, files.labels ?? join(labelFolder, files.id)),
  };
}

async function scanPhoto(
  path: string | undefined,
  depth: "pixels" | "header",
): Promise<PhotoFacts | UnreadPhoto | undefined> {
  if (path === undefined) return undefined;
  try {
    const bytes = await readFile(path);
    const { height, width, orientation } = await readPhotoSize(bytes, path);
    if (depth === "header") return { height, width, orientation };
    const { data } = await decodePhoto(bytes, path);
    // Of the pixels, not of the file: copies with other metadata, or saved anew without loss, are found too.
    const fingerprint = createHash("sha256").update(`${height}x${width}:`).update(data).digest("hex");
    return { height, width, orientation, fingerprint };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

async function scanLabels(
  path: string | undefined,
  options: LabelPngOptions = {},
): Promise<LabelFacts | UnreadLabels | undefined> {
  if (path === undefined) return undefined;
  try {
    return scanLabelFile(await readFile(path), path, options);
  } catch (error) {
    return { fault: "unopened", message: (error as Error).message };
  }
}

/** Works on a few items at a time, in order of their start. */
async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, position: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [position, item] of queue) await work(item, position);
  });
  await Promise.all(workers);
}
