/** The data of a training: what is trained on, what is validated on. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ClassIndex } from "../../data/index.ts";
import { type Dataset, type DatasetOptions, indexClasses, openDataset } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import { listLines } from "../../labels/index.ts";
import type { TrainConfig } from "../config.ts";

export interface TrainingData {
  readonly train: Dataset;
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
  const { classes, wanted, others, map, train, val, holdOut } = config.data;
  const options = {
    others,
    map,
    ...(classes === undefined ? {} : { classes }),
    ...(wanted === undefined ? {} : { wanted }),
  };
  const all = await openDataset(folder, { ...options, split: train, unlabelled: config.distill.teacher !== undefined });
  const held = holdOut === undefined ? undefined : await readIds(holdOut);
  const training = held === undefined ? all : { ...all, files: all.files.filter(({ id }) => !held.has(id)) };
  const validation = held === undefined ? await openValidation(folder, val, options) : heldOut(all, held);
  const index = await indexClasses(training, signal === undefined ? {} : { signal });
  return {
    train: training,
    index,
    validation,
    classNames: training.mapping.names,
    cropSize,
    fingerprint: fingerprint(training, index),
  };
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

function fingerprint({ files, mapping }: Dataset, { pixels }: ClassIndex): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([mapping.names, files.map(({ id }) => id)]));
  hash.update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
  return hash.digest("hex");
}
