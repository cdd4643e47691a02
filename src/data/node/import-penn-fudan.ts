/**
 * The Penn-Fudan Pedestrian Database in VOC layout.
 *
 * Source: L. Wang, J. Shi, G. Song, I. Shen, "Object Detection Combining Recognition and Segmentation", ACCV 2007; the
 * download has `PNGImages/NAME.png` and `PedMasks/NAME_mask.png`, whose values are 0 and the number of the pedestrian.
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { DatasetError } from "../../errors.ts";
import { decodeLabelMap, encodeLabelMap, labelMap, VOID } from "../../labels/index.ts";
import { splitIds } from "../split-ids.ts";
import { listFolder } from "./folder-layout.ts";
import { splitName, type VocItem, writeVocFolder } from "./write-voc-folder.ts";

export interface ImportOptions {
  /** The same seed draws the same photos to validate on. */
  readonly seed?: number;
  /** Share of the photos to validate on. */
  readonly valShare?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export const IMPORT_DEFAULTS = Object.freeze({ seed: 1, valShare: 0.25 } as const);

/** What an import wrote. */
export interface ImportedSet {
  readonly train: number;
  readonly val: number;
}

const MASK = "_mask.png";
const TERMS = `Made from the Penn-Fudan Pedestrian Database. Its readme grants no licence: all rights remain with the authors, and
works may not be reposted without their permission. To cite: L. Wang, J. Shi, G. Song, I. Shen, "Object Detection
Combining Recognition and Segmentation", ACCV 2007.

Only upright pedestrians are labelled; people far away, riding or mostly hidden are background.
`;

/**
 * Makes a VOC folder of the original download: photos as they are, `SegmentationClass` (background, person),
 * `SegmentationObject`, and lists drawn from the seed, in the same proportion from each of the two sources.
 *
 * @param source - The unpacked download, or the folder above it.
 * @param folder - New, or empty.
 * @param options - {@link ImportOptions}; defaults {@link IMPORT_DEFAULTS}.
 * @throws {DatasetError} if the source is not the download, or a mask is missing. {@link FormatError} if a mask is damaged.
 * @throws {OptionError} if something is in the folder already.
 */
export async function importPennFudan(
  source: string,
  folder: string,
  options: ImportOptions = {},
): Promise<ImportedSet> {
  const { seed, valShare, signal, onProgress } = { ...IMPORT_DEFAULTS, ...options };
  const root = await findDownload(source);
  const photos = ((await listFolder(join(root, "PNGImages"))) ?? []).filter((name) => name.endsWith(".png"));
  const masks = new Set(await listFolder(join(root, "PedMasks")));
  const ids = photos.map((name) => splitName(name).id);
  requirePairs(root, ids, masks);
  const sources = [ids.filter((id) => id.startsWith("Fudan")), ids.filter((id) => !id.startsWith("Fudan"))];
  const parts = sources.map((part) => splitIds(part, seed, valShare));
  const lists = { train: parts.flatMap(({ train }) => train), val: parts.flatMap(({ val }) => val) };
  const content = {
    items: pedestrians(root, ids, signal, onProgress),
    photoFolder: "PNGImages",
    lists: { ...lists, trainval: ids },
    classes: ["background", "person"],
    texts: { "README.md": TERMS },
  } as const;
  await writeVocFolder(folder, content, "importPennFudan");
  return { train: lists.train.length, val: lists.val.length };
}

async function findDownload(source: string): Promise<string> {
  for (const root of [source, join(source, "PennFudanPed")]) {
    const entries = (await listFolder(root)) ?? [];
    if (entries.includes("PNGImages") && entries.includes("PedMasks")) return root;
  }
  const found = await listFolder(source);
  throw new DatasetError(
    `importPennFudan: expected the folders PNGImages/ and PedMasks/ in ${source}, got ` +
      `${found === undefined ? "no folder" : found.slice(0, 8).join(", ") || "an empty folder"}. Unpack PennFudanPed.zip and name its folder.`,
    source,
  );
}

function requirePairs(root: string, ids: readonly string[], masks: ReadonlySet<string>): void {
  const noMask = ids.filter((id) => !masks.has(`${id}${MASK}`)).map((id) => `PedMasks/${id}${MASK}`);
  const photos = new Set(ids.map((id) => `${id}${MASK}`));
  const noPhoto = [...masks].filter((name) => name.endsWith(MASK) && !photos.has(name));
  const missing = [...noMask, ...noPhoto.map((name) => `PNGImages/${name.slice(0, -MASK.length)}.png`)];
  if (ids.length > 0 && missing.length === 0) return;
  const got =
    missing.length === 0 ? "no photo" : `${missing.length} without the other: no ${missing.slice(0, 3).join(", ")}`;
  throw new DatasetError(
    `importPennFudan: expected a mask in PedMasks/ for each photo in PNGImages/, got ${got}. Unpack the download again.`,
    root,
  );
}

async function* pedestrians(
  root: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
  onProgress: ImportOptions["onProgress"],
): AsyncGenerator<VocItem, void, void> {
  for (const [done, id] of ids.entries()) {
    signal?.throwIfAborted();
    const path = join(root, "PedMasks", `${id}${MASK}`);
    const mask = decodeLabelMap(await readFile(path), basename(path));
    const person = mask.data.map((value) => (value === 0 || value === VOID ? value : 1));
    const photo = await readFile(join(root, "PNGImages", `${id}.png`));
    const labels = encodeLabelMap(labelMap(person, mask.height, mask.width));
    yield { id, photo, ending: ".png", labels, instances: encodeLabelMap(mask) };
    onProgress?.(done + 1, ids.length);
  }
}
