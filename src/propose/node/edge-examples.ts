/** Photos with known boundaries: a folder of the Berkeley Segmentation Data Set, or any data set with label maps. */
import { readFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { readHumanSegmentations } from "../../data/index.ts";
import { listFolder, openDataset, readExample } from "../../data/node.ts";
import { DatasetError, OptionError } from "../../errors.ts";
import type { Image } from "../../image/index.ts";
import { readPhoto } from "../../image/node.ts";
import { fillVoid, listLines } from "../../labels/index.ts";
import { type BoundaryMap, regionBoundaries, type Segmentation } from "../../proposals/index.ts";

export interface EdgeExamplesOptions {
  /** Name of the part, e.g. `train`; default: all that the folder has. */
  readonly split?: string | undefined;
  /** A file of ids, one a line: only these. */
  readonly list?: string | undefined;
  /** A file of ids, one a line: all but these. */
  readonly holdOut?: string | undefined;
}

/** One photo; by how many people it was segmented, so many segmentations and boundary maps it has. */
export interface EdgeExample {
  readonly id: string;
  readonly image: Image;
  readonly segmentations: readonly Segmentation[];
  readonly boundaries: readonly BoundaryMap[];
}

/** Photos with known boundaries, read one at a time. */
export interface EdgeExamples {
  /** What they are, for people: folder, part, number. */
  readonly name: string;
  /** On which terms, as far as the layout tells. */
  readonly terms: string;
  /** Files of the photos. */
  readonly photos: readonly string[];
  read(photo: number): Promise<EdgeExample>;
}

const BSDS_TERMS =
  "Terms of the Berkeley Segmentation Data Set: non-commercial research and educational use only, the photographs belong " +
  'to their owners. Cite P. Arbelaez, M. Maire, C. Fowlkes, J. Malik, "Contour Detection and Hierarchical Image ' +
  'Segmentation", IEEE TPAMI 33(5), 2011.';

interface Files {
  readonly id: string;
  readonly photo: string;
}

/**
 * Opens the photos of a folder: `images/SPLIT/ID.jpg` with `groundTruth/SPLIT/ID.mat` (BSDS), else a data set with label
 * maps, whose region boundaries count. Instance maps are taken where there are any; void goes to the nearest region.
 *
 * @throws {DatasetError} if the folder is neither, lacks a photo that is listed, or none is left.
 * @throws {OptionError} if a list cannot be read.
 */
export async function openEdgeExamples(folder: string, options: EdgeExamplesOptions): Promise<EdgeExamples> {
  const truths = join(folder, "groundTruth");
  const opened =
    (await listFolder(truths)) === undefined ? await openLabelled(folder, options) : await openBsds(folder, options);
  const list = options.list === undefined ? undefined : await readIds(options.list);
  const heldOut = new Set(options.holdOut === undefined ? [] : await readIds(options.holdOut));
  const byId = new Map(opened.files.map((file, i) => [file.id, i]));
  const missing = list?.filter((id) => !byId.has(id)) ?? [];
  if (missing.length > 0) {
    throw new DatasetError(
      `openEdgeExamples: expected a photo for each of ${list?.length} ids in ${folder}, got none for ${missing.length}: ${missing.slice(0, 3).join(", ")}.`,
      folder,
    );
  }
  const chosen = (list ?? opened.files.map(({ id }) => id))
    .filter((id) => !heldOut.has(id))
    .map((id) => byId.get(id) ?? 0);
  if (chosen.length === 0) {
    throw new DatasetError(`openEdgeExamples: expected at least 1 photo in ${folder}, got none.`, folder);
  }
  return {
    name: `${chosen.length} photos of ${basename(resolve(folder))}${options.split === undefined ? "" : `, split ${options.split}`}`,
    terms: opened.terms,
    photos: chosen.map((i) => opened.files[i]?.photo ?? ""),
    read: (photo) => opened.read(chosen[photo] ?? 0),
  };
}

interface Opened {
  readonly files: readonly Files[];
  readonly terms: string;
  readonly read: (file: number) => Promise<EdgeExample>;
}

async function openBsds(folder: string, { split }: EdgeExamplesOptions): Promise<Opened> {
  const parts = split === undefined ? ((await listFolder(join(folder, "images"))) ?? []) : [split];
  const files: (Files & { readonly truth: string })[] = [];
  for (const part of parts) {
    const names = await listFolder(join(folder, "images", part));
    if (names === undefined && split !== undefined) {
      throw new DatasetError(
        `openEdgeExamples: expected a folder images/${split} in ${folder}, got only ${((await listFolder(join(folder, "images"))) ?? []).join(", ")}.`,
        folder,
      );
    }
    for (const name of names?.filter((file) => /\.(jpe?g|png)$/i.test(file)) ?? []) {
      const id = name.slice(0, -extname(name).length);
      const truth = join(folder, "groundTruth", part, `${id}.mat`);
      files.push({ id, photo: join(folder, "images", part, name), truth });
    }
  }
  const read = async (file: number): Promise<EdgeExample> => {
    const { id, photo, truth } = files[file] as (typeof files)[number];
    const image = await readPhoto(photo);
    const people = await readHumanSegmentations(await readTruth(truth), truth);
    const odd = people.find(({ width, height }) => width !== image.width || height !== image.height);
    if (odd !== undefined) {
      throw new DatasetError(
        `openEdgeExamples: ${truth}: expected segmentations of ${image.width}x${image.height} (width x height) as the photo, ` +
          `got ${odd.width}x${odd.height}.`,
        truth,
      );
    }
    const segmentations = people.map(({ regions, width, height }) => ({ data: regions, width, height }));
    const boundaries = people.map(({ boundaries: data, width, height }) => ({ data, width, height }));
    return { id, image, segmentations, boundaries };
  };
  return { files, terms: BSDS_TERMS, read };
}

/** Class names do not matter to boundaries. */
const ANY_CLASSES: readonly string[] = Array.from({ length: 255 }, (_, value) => `class ${value}`);

async function openLabelled(folder: string, { split, list }: EdgeExamplesOptions): Promise<Opened> {
  const part = split ?? (list === undefined ? "train" : "all");
  const dataset = await openDataset(folder, { split: part, classes: ANY_CLASSES });
  return {
    files: dataset.files.map(({ id, photo }) => ({ id, photo })),
    terms: "Terms: those of its photos and label maps.",
    read: async (photo) => {
      const { id, image, labels, instances } = await readExample(dataset, photo);
      const regions = fillVoid(instances ?? labels);
      return { id, image, segmentations: [regions], boundaries: [regionBoundaries(regions)] };
    },
  };
}

async function readIds(path: string): Promise<string[]> {
  try {
    return listLines(await readFile(path, "utf8"));
  } catch (error) {
    throw new OptionError(`openEdgeExamples: expected a list of ids, got: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

async function readTruth(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new DatasetError(`openEdgeExamples: expected a readable file, got ${(error as Error).message}.`, path, {
      cause: error,
    });
  }
}
