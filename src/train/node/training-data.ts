/** The data of a training: what is trained on, what is validated on. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type ClassIndex, joinIndexes } from "../../data/index.ts";
import { type Dataset, type DatasetOptions, indexClasses, openDataset } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import { listLines } from "../../labels/index.ts";
import type { TrainConfig } from "../config.ts";

/** A data set that is trained on. */
export interface TrainingSet {
  /** The folder's name. */
  readonly name: string;
  readonly dataset: Dataset;
  readonly weight: number;
}

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
}

/** Opens the splits; every label map of the training is read and checked. */
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
  const all = await openDataset(folder, { ...options, split: train, unlabelled: isTaught(config) });
  const held = holdOut === undefined ? undefined : await readIds(holdOut);
  const training = held === undefined ? all : { ...all, files: all.files.filter(({ id }) => !held.has(id)) };
  const validation = held === undefined ? await openValidation(folder, val, options) : heldOut(all, held);
  const first = { name: basename(resolve(folder)), dataset: training, weight };
  const sets = [first, ...(await openFurtherSets(config, training.mapping.names))];
  const parts: { index: ClassIndex; weight: number }[] = [];
  for (const { dataset, weight } of sets)
    parts.push({ index: await indexClasses(dataset, signal === undefined ? {} : { signal }), weight });
  const index = joinIndexes(parts);
  return {
    train: training,
    sets,
    index,
    validation,
    classNames: training.mapping.names,
    cropSize,
    fingerprint: fingerprint(sets, index),
  };
}

/** Photos without label maps can be learnt from if there is a teacher. */
function isTaught({ distill }: TrainConfig): boolean {
  return distill.teacher !== undefined;
}

/** @param wanted - The classes of the training. @throws {DatasetError} if a set has none of them but background. */
async function openFurtherSets(config: TrainConfig, wanted: readonly string[]): Promise<TrainingSet[]> {
  const sets: TrainingSet[] = [];
  for (const { folder, weight, train, classes, map, others = config.data.others } of config.data.sets) {
    const options = { split: train, wanted, others, map, unlabelled: isTaught(config) };
    const dataset = await openDataset(folder, classes === undefined ? options : { ...options, classes });
    if (wanted.length > 1 && dataset.mapping.missing.length >= wanted.length - 1) {
      throw new DatasetError(
        `openTrainingData: ${folder}: expected one of the classes ${wanted.slice(1).join(", ")}, got ${dataset.names.join(", ")}. Name its classes as the first set does.`,
        folder,
      );
    }
    sets.push({ name: basename(resolve(folder)), dataset, weight });
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
  const files = all.files.filter(({ id }) => ids.has(id));
  if (files.length === ids.size) return { ...all, files };
  throw new DatasetError(
    `openTrainingData: expected the ${ids.size} ids of data.holdOut in the split "${all.split}", got ${files.length} of them.`,
    all.folder,
  );
}

async function readIds(path: string): Promise<Set<string>> {
  try {
    return new Set(listLines(await readFile(path, "utf8")));
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
