/** The data of a training: what is trained on, what is validated on. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type ClassIndex, classIndexOf, joinIndexes } from "../../data/index.ts";
import { type Dataset, type DatasetOptions, listIds, openDataset, requireDistinct } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import { listText } from "../../labels/index.ts";
import { shellWord } from "../../shell-word.ts";
import type { TrainConfig } from "../config.ts";
import { type CheckedSet, checkTrainingSet, notesOf, type TrainingSet } from "./check-training-data.ts";

export interface TrainingData {
  /** The first of the sets: its classes' names and colours are the model's. */
  readonly train: Dataset;
  readonly sets: readonly TrainingSet[];
  /** Of all sets, one behind the other. */
  readonly index: ClassIndex;
  /** `undefined` if nothing is validated. */
  readonly validation: Dataset | undefined;
  readonly classNames: readonly string[];
  /** Side of the crops, px. */
  readonly cropSize: number;
  /** The same for the same photos with the same labels in the same order. */
  readonly fingerprint: string;
  /** What the check found and does not stop the training. */
  readonly notes: readonly string[];
}

/** Opens the splits; every label map of them is read and checked. */
export async function openTrainingData(
  folder: string,
  config: TrainConfig,
  cropSize: number,
  signal?: AbortSignal,
): Promise<TrainingData> {
  const { classes, wanted, others, map, train, val, holdOut, weight } = config.data;
  const options = {
    others,
    map,
    ...(classes === undefined ? {} : { classes }),
    ...(wanted === undefined ? {} : { wanted }),
  };
  const unlabelled = isTaught(config);
  const all = await openDataset(folder, { ...options, split: train, unlabelled });
  const held = holdOut === undefined ? undefined : await readIds(holdOut, all);
  const training = held === undefined ? all : { ...all, files: all.files.filter(({ id }) => !held.has(id)) };
  const validation = held === undefined ? await openValidation(folder, val, options) : heldOut(all, held);
  if (validation !== undefined) requireDistinct("openTrainingData", validation);
  const splits = validation === undefined ? [train] : [train, validation.split];
  const first = {
    folder,
    name: basename(resolve(folder)),
    weight,
    dataset: training,
    options: { ...options, unlabelled, splits },
  };
  const sets = [first, ...(await openFurtherSets(config, training.mapping.names))];
  const checked: CheckedSet[] = [];
  for (const set of sets) checked.push(await checkTrainingSet(set, signal));
  const index = joinIndexes(checked.map((set) => ({ index: indexOf(set), weight: set.weight })));
  if (!unlabelled) requireClasses(index, training);
  return {
    train: training,
    sets,
    index,
    validation,
    classNames: training.mapping.names,
    cropSize,
    fingerprint: fingerprint(sets, index),
    notes: notesOf(checked, validation),
  };
}

/** @throws {DatasetError} if no photo that is trained on shows a class: the net would learn that all is background. */
function requireClasses({ classes, pixels }: ClassIndex, { folder, split }: Dataset): void {
  if (classes < 2 || pixels.some((count, i) => count > 0 && i % classes !== 0)) return;
  throw new DatasetError(
    `openTrainingData: expected a class beside background in the split "${split}", got none. Look at its label maps: deconvnet data check ${shellWord(folder)}`,
    folder,
  );
}

/** Photos without label maps can be learnt from if there is a teacher. */
function isTaught({ distill }: TrainConfig): boolean {
  return distill.teacher !== undefined;
}

/** @param wanted - The classes of the training. @throws {DatasetError} if a set has none of them but background. */
async function openFurtherSets(config: TrainConfig, wanted: readonly string[]): Promise<TrainingSet[]> {
  const unlabelled = isTaught(config);
  const sets: TrainingSet[] = [];
  for (const { folder, weight, train, classes, map, others = config.data.others } of config.data.sets) {
    const options = { wanted, others, map, unlabelled, ...(classes === undefined ? {} : { classes }) };
    const dataset = await openDataset(folder, { ...options, split: train });
    if (wanted.length > 1 && dataset.mapping.missing.length >= wanted.length - 1) {
      throw new DatasetError(
        `openTrainingData: ${folder}: expected one of the classes ${wanted.slice(1).join(", ")}, got ${dataset.names.join(", ")}. Name its classes as the first set does.`,
        folder,
      );
    }
    sets.push({ folder, name: basename(resolve(folder)), weight, dataset, options: { ...options, splits: [train] } });
  }
  return sets;
}

async function openValidation(
  folder: string,
  split: string,
  options: Omit<DatasetOptions, "split">,
): Promise<Dataset | undefined> {
  return split === "none" ? undefined : await openDataset(folder, { ...options, split });
}

function heldOut(all: Dataset, ids: ReadonlySet<string>): Dataset {
  const files = all.files.filter(({ id, labels }) => ids.has(id) && labels !== undefined);
  const found = new Set(files.map(({ id }) => id));
  const lost = [...ids].filter((id) => !found.has(id));
  if (lost.length > 0) {
    const some = `${lost.slice(0, 3).join(", ")}${lost.length > 3 ? ", ..." : ""}`;
    throw new DatasetError(
      `openTrainingData: expected the ${ids.size} ids of data.holdOut in the split "${all.split}", with label maps, got ${found.size} of them, but not ${some}. Correct the list.`,
      all.folder,
    );
  }
  if (ids.size > 0 && ids.size < all.files.length) return { ...all, files };
  throw new DatasetError(
    `openTrainingData: expected some of the ${all.files.length} ids of the split "${all.split}" in data.holdOut, got ${ids.size}, which leaves nothing to ${ids.size === 0 ? "validate" : "train"} on.`,
    all.folder,
  );
}

/** How often each photo shows each class, as the check has counted. */
function indexOf({ dataset: { split, files }, scan }: CheckedSet): ClassIndex {
  return classIndexOf(
    scan,
    split,
    files.map(({ id }) => id),
  );
}

async function readIds(path: string, { files }: Dataset): Promise<Set<string>> {
  try {
    return new Set(listIds(listText(await readFile(path)), dirname(files[0]?.photo ?? "")));
  } catch (error) {
    throw new DatasetError(
      `openTrainingData: expected a list of ids at ${path}, got: ${(error as Error).message}.`,
      path,
      { cause: error },
    );
  }
}

function fingerprint(sets: readonly TrainingSet[], { pixels }: ClassIndex): string {
  const hash = createHash("sha256");
  for (const { dataset } of sets) {
    hash.update(JSON.stringify([dataset.mapping.names, dataset.files.map(({ id }) => id)]));
  }
  hash.update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
  return hash.digest("hex");
}
