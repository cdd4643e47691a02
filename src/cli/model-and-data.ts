/** A model with photos that are labelled in its classes, for commands that score it. */
import type { Dataset } from "../data/node.ts";
import type { Others } from "../labels/index.ts";
import type { SegmentationModel } from "../segment/index.ts";
import { readClassNames } from "./arguments.ts";

/** The flags that name the data. */
export interface DataFlags {
  readonly data: string;
  readonly split: string;
  readonly classes?: string;
  readonly map: readonly string[];
}

/** A model, and what it counts classes as that it does not know: as in its training, else background. */
export async function readSegmentationModel(
  path: string,
  onNote?: (text: string) => void,
): Promise<{ model: SegmentationModel; others: Others }> {
  const { openSegmentationModel } = await import("../segment/node.ts");
  const { model, metadata } = await openSegmentationModel(path, onNote);
  return { model, others: metadata.training?.details?.["others"] === "void" ? "void" : "background" };
}

export async function openModelAndData(
  path: string,
  flags: DataFlags,
): Promise<{ model: SegmentationModel; dataset: Dataset }> {
  const { model, others } = await readSegmentationModel(path);
  return { model, dataset: await openData(flags, { wanted: model.classNames, others }) };
}

/** Opens the data, with all of their classes if no model names the wanted ones. */
export async function openData(
  flags: DataFlags,
  wanted: { readonly wanted?: readonly string[]; readonly others?: Others } = {},
): Promise<Dataset> {
  const { openDataset } = await import("../data/node.ts");
  const classes = flags.classes === undefined ? {} : { classes: await readClassNames(flags.classes) };
  return await openDataset(flags.data, { split: flags.split, map: flags.map, ...wanted, ...classes });
}
