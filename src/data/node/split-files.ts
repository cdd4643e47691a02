/** Which photos a split lists and where their files are; what is missing is not refused here. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { DatasetError } from "../../errors.ts";
import { listLines, listText } from "../../labels/index.ts";
import { isPictureName, pictureId, similarName } from "../picture-names.ts";
import { USUAL_SPLITS } from "../split-names.ts";
import { type FolderLayout, isFolder, listFolder } from "./folder-layout.ts";

/** One id of a split; `undefined` for a file that is not there. */
export interface ListedFiles {
  readonly id: string;
  readonly photo: string | undefined;
  /** Further photos of the same id, which are not used. */
  readonly morePhotos: readonly string[];
  readonly labels: string | undefined;
  readonly instances: string | undefined;
}

/** Names of files that were probably meant, where some are missing. */
export interface SimilarFiles {
  readonly photo: string | undefined;
  readonly labels: string | undefined;
}

export interface SplitFiles {
  /** The list, or the folder that stands for one. */
  readonly source: string;
  readonly photoFolder: string;
  readonly labelFolder: string;
  readonly files: readonly ListedFiles[];
  readonly similar: SimilarFiles;
  /** Photos that `all` leaves out, for they have no label map. */
  readonly leftOut: readonly string[];
}

/**
 * Looks a split up; `undefined` if the folder has no such split. `all` is every photo that has a label map.
 *
 * @param unlabelled - True if `all` is every photo.
 * @throws {DatasetError} if a list or folder that is there cannot be read.
 */
export async function listSplitFiles(
  layout: FolderLayout,
  split: string,
  unlabelled = false,
): Promise<SplitFiles | undefined> {
  const listPath = join(layout.lists, `${split}.txt`);
  const list = split === "all" ? undefined : await readList(listPath);
  const subfolder = list === undefined && split !== "all";
  if (subfolder && !(layout.kind === "plain" && (await isFolder(join(layout.photos, split))))) return undefined;
  const inside = (path: string): string => (subfolder ? join(path, split) : path);
  const photos = await picturesIn(inside(layout.photos));
  const labels = await picturesIn(inside(layout.labels));
  const instances = layout.instances === undefined ? undefined : await picturesIn(layout.instances);
  const byFolder = subfolder || unlabelled ? photos : labels;
  const ids = list === undefined ? [...byFolder.paths.keys()] : listIds(list, layout.photos);
  const files = ids.map((id): ListedFiles => {
    const [photo, ...morePhotos] = photos.paths.get(id) ?? [];
    return { id, photo, morePhotos, labels: labelFile(labels.paths.get(id)), instances: instances?.paths.get(id)?.[0] };
  });
  const withoutLabels = [...photos.paths].filter(([id]) => !labels.paths.has(id)).flatMap(([, [photo = ""]]) => photo);
  return {
    source: list === undefined ? inside(layout.photos) : listPath,
    photoFolder: inside(layout.photos),
    labelFolder: inside(layout.labels),
    files,
    similar: {
      photo: similarTo(files, ({ photo }) => photo, photos.names),
      labels: similarTo(files, (listed) => listed.labels, labels.names),
    },
    leftOut: split === "all" && !unlabelled ? withoutLabels : [],
  };
}

/** The splits that a folder has lists for, and for plain folders those that are subfolders. */
export async function listSplits(layout: FolderLayout): Promise<string[]> {
  const files = (await listFolder(layout.lists)) ?? [];
  const texts = files
    .filter((name) => name.endsWith(".txt") && name !== "classes.txt")
    .map((name) => basename(name, ".txt"));
  if (layout.kind === "voc") return texts;
  const photos = await picturesIn(layout.photos);
  const splits: string[] = [];
  // Other texts lie beside the lists of plain folders: notes, licences, class lists of other programs.
  for (const name of texts) if (await isList(layout, name, photos.paths)) splits.push(name);
  for (const name of photos.names) {
    if (!name.startsWith(".") && (await isFolder(join(layout.photos, name)))) splits.push(name);
  }
  return [...new Set(splits)];
}

async function isList(layout: FolderLayout, name: string, photos: ReadonlyMap<string, unknown>): Promise<boolean> {
  if (USUAL_SPLITS.includes(name)) return true;
  const text = (await readList(join(layout.lists, `${name}.txt`))) ?? "";
  return listIds(text, layout.photos).some((id) => photos.has(id));
}

/**
 * The text of a list; `undefined` if there is none.
 *
 * @throws {DatasetError} if it cannot be read.
 */
export async function readList(path: string): Promise<string | undefined> {
  try {
    return listText(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new DatasetError(`openDataset: expected a list that can be read, got: ${message}.`, path, { cause: error });
  }
}

/**
 * Lists hold an id a line, or a file name, or its path from the folder above the photos.
 *
 * @param photoFolder - Where the photos are.
 */
export function listIds(text: string, photoFolder: string): string[] {
  const above = `${basename(photoFolder)}/`;
  return listLines(text).map((line) => {
    const path = line.replace(/^\.\//, "");
    return pictureId(path.startsWith(above) ? path.slice(above.length) : path);
  });
}

interface Pictures {
  /** All that is in the folder. */
  readonly names: readonly string[];
  /** Paths by id, sorted. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

async function picturesIn(folder: string): Promise<Pictures> {
  const names = (await listFolder(folder)) ?? [];
  const paths = new Map<string, string[]>();
  for (const name of names.filter(isPictureName)) {
    const id = pictureId(name);
    paths.set(id, [...(paths.get(id) ?? []), join(folder, name)]);
  }
  return { names, paths };
}

/** Some programs write a JPEG to look at beside the label map. */
function labelFile(paths: readonly string[] = []): string | undefined {
  return paths.find((path) => path.toLowerCase().endsWith(".png")) ?? paths[0];
}

/** Three files are looked for: what holds for them holds for the others. */
function similarTo(
  files: readonly ListedFiles[],
  pathOf: (files: ListedFiles) => string | undefined,
  names: readonly string[],
): string | undefined {
  const missing = files.filter((listed) => pathOf(listed) === undefined).slice(0, 3);
  return missing.map(({ id }) => similarName(id, names)).find((name) => name !== undefined);
}
