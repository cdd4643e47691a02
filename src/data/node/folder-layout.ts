/** Which kind of data set a folder is, and where its photos, label maps and lists are. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatasetError } from "../../errors.ts";

/** Where things are; folders may be missing below a layout that was found. */
export interface FolderLayout {
  readonly kind: "voc" | "plain";
  /** The folder with photos and labels: for a development kit, the one of the year. */
  readonly root: string;
  readonly photos: string;
  readonly labels: string;
  /** Folder of VOC's instance maps. */
  readonly instances: string | undefined;
  /** Folder of the lists `train.txt`, `val.txt`. */
  readonly lists: string;
}

/**
 * Finds the layout of a data set: a VOC folder (`JPEGImages` or `PNGImages`, `SegmentationClass`,
 * `ImageSets/Segmentation`), a development kit that holds one (`VOC2012`, `VOCdevkit/VOC2012`), or a plain folder (`images`,
 * `labels`, and either lists `train.txt` beside them or a folder for each split in both).
 *
 * @throws {DatasetError} if the folder is missing, empty or none of these.
 */
export async function findLayout(folder: string): Promise<FolderLayout> {
  const entries = await listFolder(folder);
  if (entries === undefined) {
    const exists = (await stat(folder).catch(() => undefined)) !== undefined;
    const what = exists ? "is no folder" : "does not exist";
    throw new DatasetError(`openDataset: expected a folder, got ${folder}, which ${what}.`, folder);
  }
  if (entries.length === 0)
    throw new DatasetError(`openDataset: expected a data set, got the empty folder ${folder}.`, folder);
  for (const root of [folder, ...(await kitFolders(folder, entries))]) {
    const found = await layoutAt(root);
    if (found !== undefined) return found;
  }
  throw new DatasetError(
    `openDataset: ${folder}: expected JPEGImages/ and SegmentationClass/ (VOC) or images/ and labels/, got ` +
      `${entries.slice(0, 8).join(", ")}${entries.length > 8 ? ", ..." : ""}. ${await layoutAdvice(folder, entries)}`,
    folder,
  );
}

/** A download often has one folder around the data set. */
async function layoutAdvice(folder: string, entries: readonly string[]): Promise<string> {
  for (const name of entries.slice(0, 8)) {
    const inner = join(folder, name);
    if ((await layoutAt(inner)) !== undefined) return `Did you mean ${inner}?`;
  }
  return "Rename the folders of the photos and the label maps.";
}

/**
 * Names of the entries of a folder, sorted; `undefined` if there is no such folder.
 *
 * @throws {DatasetError} if it cannot be read.
 */
export async function listFolder(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new DatasetError(`listFolder: expected a folder that can be read, got: ${message}.`, folder, {
      cause: error,
    });
  }
}

async function kitFolders(folder: string, entries: readonly string[]): Promise<string[]> {
  const years = (names: readonly string[]): string[] => names.filter((name) => /^VOC20\d\d$/.test(name)).reverse();
  const inside = entries.includes("VOCdevkit") ? ((await listFolder(join(folder, "VOCdevkit"))) ?? []) : [];
  return [...years(entries), ...years(inside).map((name) => join("VOCdevkit", name))].map((name) => join(folder, name));
}

async function layoutAt(root: string): Promise<FolderLayout | undefined> {
  const entries = (await listFolder(root)) ?? [];
  const photos = ["JPEGImages", "PNGImages"].find((name) => entries.includes(name));
  if (photos !== undefined && entries.includes("SegmentationClass")) {
    return {
      kind: "voc",
      root,
      photos: join(root, photos),
      labels: join(root, "SegmentationClass"),
      instances: entries.includes("SegmentationObject") ? join(root, "SegmentationObject") : undefined,
      lists: join(root, "ImageSets", "Segmentation"),
    };
  }
  if (!entries.includes("images") || !entries.includes("labels")) return undefined;
  return {
    kind: "plain",
    root,
    photos: join(root, "images"),
    labels: join(root, "labels"),
    instances: undefined,
    lists: root,
  };
}

/** True if the path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
