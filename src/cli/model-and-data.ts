/** A model with photos that are labelled in its classes, for commands that score it. */
import type { Dataset } from "../data/node.ts";
import type { Others } from "../labels/index.ts";
import type { SegmentationModel } from "../segment/index.ts";
import type { ModelMetadata } from "../weights/index.ts";
import { readClassNames } from "./arguments.ts";

/** The flags that name the data. */
export interface DataFlags {
  readonly data: string;
  readonly split: string;
  readonly classes?: string;
  readonly map: readonly string[];
}

export async function openModelAndData(
  path: string,
  flags: DataFlags,
): Promise<{ model: SegmentationModel; dataset: Dataset }> {
  const { segmentationModel } = await import("../segment/index.ts");
  const { readModelFile } = await import("../weights/node.ts");
  const file = await readModelFile(path);
  const model = segmentationModel(file, path);
  return { model, dataset: await openData(flags, { wanted: model.classNames, others: othersOf(file.metadata) }) };
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

/** What a model counts classes as that it does not know: as in its training, else background. */
function othersOf({ training }: ModelMetadata): Others {
  return training?.details?.["others"] === "void" ? "void" : "background";
}
