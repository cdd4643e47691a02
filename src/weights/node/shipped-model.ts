/** The model files that ship with the package. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OptionError } from "../../errors.ts";

/** `compact` segments where no model is named; `edge-net` finds edges; `vgg16-conv1-conv3` holds layers to start a training from. */
export type ShippedModel = "compact" | "edge-net" | "vgg16-conv1-conv3";

/**
 * The path of a model that ships with the package.
 *
 * @throws {OptionError} if this copy of the package does not have it.
 */
export function shippedModel(name: ShippedModel): string {
  const path = fileURLToPath(new URL(`../../../models/${name}.safetensors`, import.meta.url));
  if (existsSync(path)) return path;
  throw new OptionError(
    `shippedModel: expected the model ${name}.safetensors in the package, got none. Name a model file of your own (--model FILE).`,
  );
}
