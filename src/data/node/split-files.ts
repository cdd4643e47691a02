/** Which photos a split lists and where their files are; nothing is refused here. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { listLines } from "../../labels/index.ts";
import { type FolderLayout, isFolder, listFolder } from "./folder-layout.ts";

/** One id of a split; `undefined` for a file that is not there. */
export interface ListedFiles {
  readonly id: string;
  readonly photo: string | undefined;
  readonly labels: string | undefined;
  readonly instances: string | undefined;
}

export interface SplitFiles {
  /** The list, or the folder that stands for one. */
  readonly source: string;
  readonly photoFolder: string;
  readonly labelFolder: string;
  readonly files: readonly ListedFiles[];
}

/**
 * Looks a split up; `undefined` if the folder has no such split. `all` is every photo that has a label map.
 *
 * @param unlabelled - True if `all` is every photo.
 */
export async function listSplitFiles(
  layout: FolderLayout,
  split: string,
  unlabelled = false,
): Promise<SplitFiles | undefined> {
  const listPath = join(layout.lists, `${split}.txt`);
  const list = split === "all" ? undefined : await readText(listPath);
  const subfolder = list === undefined && split !== "all";
  if (subfolder && !(layout.kind === "plain" && (await isFolder(join(layout.photos, split))))) return undefined;
  const inside = (path: string): string => (subfolder ? join(path, split) : path);
  const photos = await filesById(inside(layout.photos));
  const labels = await filesById(inside(layout.labels));
  const instances = layout.instances === undefined ? undefined : await filesById(layout.instances);
  const ids = list === undefined ? [...(subfolder || unlabelled ? photos : labels).keys()] : listIds(list);
  return {
    source: list === undefined ? inside(layout.photos) : listPath,
    photoFolder: inside(layout.photos),
    labelFolder: inside(layout.labels),
    files: ids.map((id) => ({
      id,
      photo: photos.get(id),
      labels: labels.get(id),
      instances: instances?.get(id),
    })),
  };
}

/** The text of a file; `undefined` if it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Lists hold an id a line, or a file name. */
function listIds(text: string): string[] {
  return listLines(text).map((line) => line.replace(/\.(jpe?g|png)$/i, ""));
}

const PICTURES = new Set([".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".avif"]);

async function filesById(folder: string): Promise<Map<string, string>> {
  const names = (await listFolder(folder)) ?? [];
  const pictures = names.filter((name) => PICTURES.has(extname(name).toLowerCase()));
  return new Map(pictures.map((name) => [name.slice(0, -extname(name).length), join(folder, name)]));
}
