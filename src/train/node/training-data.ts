/** The data of a training: what is trained on, what is validated on. */
import { readFile } from "node:fs/promises";
import type { ClassIndex, SampleOptions } from "../../data/index.ts";
import { type Dataset, indexClasses, openDataset } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import { listLines } from "../../labels/index.ts";
import type { TrainConfig } from "../config.ts";

export interface TrainingData {
  readonly train: Dataset;
  readonly index: ClassIndex;
  /** `undefined` if nothing is validated. */
  readonly validation: Dataset | undefined;
  readonly classNames: readonly string[];
  readonly samples: SampleOptions;
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
  const all = await openDataset(folder, { ...options, split: train });
  const held = holdOut === undefined ? undefined : await readIds(holdOut);
  const training = held === undefined ? all : { ...all, files: all.files.filter(({ id }) => !held.has(id)) };
  const validation = await openValidation(folder, all, held, val, options);
  const index = await indexClasses(training, signal === undefined ? {} : { signal });
  return {
    train: training,
    index,
    validation,
    classNames: training.mapping.names,
    samples: { ...config.augment, cropSize },
  };
}

async function openValidation(
  folder: string,
  all: Dataset,
  held: ReadonlySet<string> | undefined,
  split: string,
  options: object,
): Promise<Dataset | undefined> {
  if (held === undefined) return split === "none" ? undefined : await openDataset(folder, { ...options, split });
  const files = all.files.filter(({ id }) => held.has(id));
  if (files.length === held.size) return { ...all, files };
  throw new DatasetError(
    `openTrainingData: expected the ${held.size} ids of data.holdOut in the split "${all.split}", got ${files.length} of them.`,
    folder,
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
