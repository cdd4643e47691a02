/** The options that both forms of `deconvnet proposals`, and `deconvnet edges`, take. */
import { type Command, InvalidArgumentError } from "commander";
import { printable } from "../printable.ts";
import { type EdgeBoxesOptions, parseEdgeBoxesOptions } from "../proposals/index.ts";
import { DEFAULT_DETECTOR, DETECTORS } from "../propose/node.ts";
import { checkUsage, collect, parseCount } from "./arguments.ts";

const LONGEST_DESCRIPTION = 2000;

/** How edges are found. */
export interface DetectorFlags {
  readonly edges: string;
  readonly scales?: readonly number[];
}

export interface ProposalFlags extends DetectorFlags {
  readonly max: number;
  readonly set: readonly string[];
}

export function addDetectorOptions(command: Command): Command {
  return command
    .option(
      "--edges <detector>",
      `${DETECTORS.join(", ")}, or the file of an edge net (.safetensors) or a forest (.forest, OpenCV's .yml.gz)`,
      DEFAULT_DETECTOR,
    )
    .option("--scales <list>", "sizes in which a forest looks at photos, e.g. 0.5,1,2; default: 1", parseScales);
}

export function addProposalOptions(command: Command): Command {
  return addDetectorOptions(command)
    .option("--max <n>", "boxes a photo at most", parseCount, 2000)
    .option("--set <name=value>", "a parameter of edge boxes, e.g. beta=0.9; may be repeated", collect, []);
}

/** The parameters of edge boxes; what is wrong with them is wrong usage. */
export function edgeBoxesOptions(command: Command, { max, set }: ProposalFlags): Partial<EdgeBoxesOptions> {
  return checkUsage(command, () => ({ maxBoxes: max, ...parseEdgeBoxesOptions(set) }));
}

/** The line that says how edges are found; nothing from a forest's file can reach the terminal as a control character. */
export function detectorLine(description: string): string {
  return `edges: ${printable(description, LONGEST_DESCRIPTION)}\n`;
}

/** The flags as `openEdgeDetector` takes them. */
export function detectorOptions({ scales }: DetectorFlags): { readonly scales?: readonly number[] } {
  return scales === undefined ? {} : { scales };
}

function parseScales(text: string): readonly number[] {
  const scales = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (scales.every((scale) => scale >= 0.125 && scale <= 4)) return scales;
  throw new InvalidArgumentError("Expected numbers of 0.125 to 4 with commas between them.");
}
