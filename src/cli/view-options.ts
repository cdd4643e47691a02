/** The options that say how a model sees photos, the same in all commands that segment. */
import type { Command } from "commander";
import type { SegmenterOptions } from "../segment/index.ts";
import { parseCounts } from "./arguments.ts";

export interface ViewFlags {
  readonly size?: readonly number[];
  readonly flip?: boolean;
}

export function addViewOptions(command: Command): Command {
  return command
    .option(
      "--size <px>",
      "longer side to which photos are brought; of several, such as 160,192,224, the mean of the scores counts; default: the model's",
      parseCounts,
    )
    .option("--flip", "segment the mirror image too; the mean of the scores counts");
}

export function viewOf({ size, flip = false }: ViewFlags): Pick<SegmenterOptions, "size" | "flip"> {
  return { flip, ...(size === undefined ? {} : { size }) };
}
