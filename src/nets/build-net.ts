/** Builds the net that a model file names. */
import { OptionError } from "../errors.ts";
import { deconvNet } from "./deconvnet.ts";
import { fcn } from "./fcn.ts";
import type { GraphOptions } from "./layer-builder.ts";
import type { Net } from "./net.ts";
import { vgg16 } from "./vgg16.ts";

export const ARCHITECTURES = Object.freeze(["deconvnet", "fcn32s", "fcn16s", "fcn8s", "vgg16"] as const);

export type Architecture = (typeof ARCHITECTURES)[number];

/**
 * Builds a net from its architecture's name and the options that are stored with its weights.
 *
 * @throws {OptionError} if there is no such architecture, or what its builder throws.
 */
export function buildNet(
  architecture: string,
  options: Readonly<Record<string, unknown>>,
  graph: GraphOptions = {},
): Net {
  const all = { ...options, ...graph };
  switch (architecture) {
    case "deconvnet":
      return deconvNet(all);
    case "fcn32s":
      return fcn({ ...all, variant: "32s" });
    case "fcn16s":
      return fcn({ ...all, variant: "16s" });
    case "fcn8s":
      return fcn({ ...all, variant: "8s" });
    case "vgg16":
      return vgg16(all);
    default:
      throw new OptionError(
        `buildNet: expected one of the architectures ${ARCHITECTURES.join(", ")}, got "${architecture}".`,
      );
  }
}
