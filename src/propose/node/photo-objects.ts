/** The objects that proposals should find, from what a data set has: instance maps, annotated boxes, or label maps. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectedObjects, instanceObjects, parseVocAnnotation } from "../../data/index.ts";
import { type Dataset, openDataset, readExample } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import type { Box, Image } from "../../image/index.ts";
import { readPhoto } from "../../image/node.ts";
import { listLines } from "../../labels/index.ts";

/** `instances`: SegmentationObject; `boxes`: Annotations; `components`: connected pixels of a class in the label maps. */
export type ObjectSource = "instances" | "boxes" | "components";

export const OBJECT_SOURCES: readonly ObjectSource[] = ["instances", "boxes", "components"];

export interface PhotoObjectsOptions {
  /** Name of the list, e.g. `val`; `all` is every photo that has a label map. */
  readonly split: string;
  /** Default: the first of the three that the folder has. */
  readonly source?: ObjectSource;
  /** Smaller objects are left out, px; default 1000 for components, 1 else. Boxes count by their area. */
  readonly minPixels?: number;
}

/** Photos with the boxes of their objects; read one at a time. */
export interface PhotoObjects {
  readonly folder: string;
  readonly source: ObjectSource;
  readonly minPixels: number;
  readonly length: number;
  read(photo: number): Promise<{ readonly image: Image; readonly objects: readonly Box[] }>;
}

const COMPONENT_PIXELS = 1000;

/** Class names do not matter to proposals: every value but background and void is an object. */
const ANY_CLASSES: readonly string[] = Array.from({ length: 255 }, (_, value) => `class ${value}`);

/**
 * Opens a split of a data set folder for {@link PhotoObjects}.
 *
 * @param folder - A VOC folder or development kit, or a folder with `images/` and `labels/`; for boxes a folder with
 *   `JPEGImages`, `Annotations` and lists in `ImageSets/Main` or `ImageSets/Segmentation` is enough.
 * @throws {DatasetError} if something is missing that the source needs.
 */
export async function openPhotoObjects(folder: string, options: PhotoObjectsOptions): Promise<PhotoObjects> {
  const { split, source, minPixels } = options;
  if (source === "boxes") return annotatedObjects(folder, split, minPixels);
  const dataset = await openDataset(folder, { split, classes: ANY_CLASSES });
  const hasInstances = dataset.files.every(({ instances }) => instances !== undefined);
  if (source === "instances" && !hasInstances) {
    throw new DatasetError(
      `openPhotoObjects: ${folder}: expected an instance map of each photo in SegmentationObject, got none of some.`,
      folder,
    );
  }
  if (source === undefined && !hasInstances) {
    const annotated = await annotatedObjects(folder, split, minPixels).catch(() => undefined);
    if (annotated !== undefined) return annotated;
  }
  return labelledObjects(folder, dataset, source ?? (hasInstances ? "instances" : "components"), minPixels);
}

function labelledObjects(
  folder: string,
  dataset: Dataset,
  source: ObjectSource,
  wanted: number | undefined,
): PhotoObjects {
  const minPixels = wanted ?? (source === "components" ? COMPONENT_PIXELS : 1);
  return {
    folder,
    source,
    minPixels,
    length: dataset.files.length,
    read: async (photo) => {
      const { image, labels, instances } = await readExample(dataset, photo);
      const objects =
        source === "instances" && instances !== undefined
          ? instanceObjects(labels, instances)
          : connectedObjects(labels);
      return { image, objects: objects.filter(({ pixels }) => pixels >= minPixels).map(({ box }) => box) };
    },
  };
}

async function annotatedObjects(folder: string, split: string, minPixels = 1): Promise<PhotoObjects> {
  const ids = await readList(folder, split);
  const annotations = await Promise.all(
    ids.map(async (id) => {
      const path = join(folder, "Annotations", `${id}.xml`);
      return parseVocAnnotation(await readText(path), path);
    }),
  );
  return {
    folder,
    source: "boxes",
    minPixels,
    length: ids.length,
    read: async (photo) => {
      const objects = (annotations[photo] ?? []).filter(({ difficult }) => !difficult).map(({ box }) => box);
      return {
        image: await readPhoto(join(folder, "JPEGImages", `${ids[photo]}.jpg`)),
        objects: objects.filter(({ width, height }) => width * height >= minPixels),
      };
    },
  };
}

async function readList(folder: string, split: string): Promise<string[]> {
  for (const kind of ["Main", "Segmentation"]) {
    const text = await readFile(join(folder, "ImageSets", kind, `${split}.txt`), "utf8").catch(() => undefined);
    if (text !== undefined) return listLines(text);
  }
  throw new DatasetError(
    `openPhotoObjects: expected a list ${split}.txt in ImageSets/Main or ImageSets/Segmentation, got none in ${folder}.`,
    folder,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new DatasetError(`openPhotoObjects: expected a readable file, got ${(error as Error).message}.`, path, {
      cause: error,
    });
  }
}
