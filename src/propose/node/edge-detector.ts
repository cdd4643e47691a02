/** The edge detectors that a person can name: those of the package, and files. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FormatError, OptionError, ShapeError } from "../../errors.ts";
import {
  detectGradientEdges,
  detectStructuredEdges,
  type EdgeDetector,
  type EdgeForest,
  readForest,
} from "../../proposals/index.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import type { ModelFile, ModelMetadata } from "../../weights/index.ts";
import { readModelFile, shippedModel } from "../../weights/node.ts";
import { EdgeNetDetector } from "../edge-net-detector.ts";

export interface NamedDetector {
  readonly detect: EdgeDetector;
  /** What it is; of what was trained, on what and on which terms. */
  readonly description: string;
  /** Frees what it holds; a detector that is never disposed of goes with the process. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface EdgeDetectorOptions {
  /** A forest looks at photos in these sizes, relative to their own; default: their own only. */
  readonly scales?: readonly number[];
}

/** The detectors that need no file. */
export const DETECTORS = ["net", "forest", "gradient"] as const;
export type DetectorName = (typeof DETECTORS)[number];

/** What finds edges where nothing else is named, in the command line and in {@link openEdgeDetector}: what has the best recall. */
export const DEFAULT_DETECTOR: DetectorName = "net";

const SHIPPED_FOREST = new URL("../../../models/edges.forest", import.meta.url);

const EXPECTED = `one of ${DETECTORS.join(", ")}, or the file of a forest or an edge net`;

/**
 * Opens an edge detector.
 *
 * @param source - `net` or `forest` (those of the package), `gradient`, or a path: an edge net (`.safetensors`), or a forest, our
 *   compact file or OpenCV's `model.yml.gz`; default {@link DEFAULT_DETECTOR}.
 * @param options - {@link EdgeDetectorOptions}.
 * @throws {OptionError} if there is no such file, or scales are given for another detector than a forest.
 * @throws {FormatError} if the file is damaged or of another kind.
 * @example
 * ```ts
 * await using edges = await openEdgeDetector("own.forest");
 * const boxes = await proposeBoxes(photo, { detector: edges.detect });
 * ```
 */
export async function openEdgeDetector(
  source: string = DEFAULT_DETECTOR,
  options: EdgeDetectorOptions = {},
): Promise<NamedDetector> {
  const { scales } = options;
  const isNet = source === "net" || /\.safetensors$/i.test(source);
  if ((isNet || source === "gradient") && scales !== undefined) {
    throw new OptionError(
      `openEdgeDetector: expected no scales for the detector "${source}", got ${scales.join()}. They need a forest, such as "forest".`,
    );
  }
  if (isNet) return await openEdgeNet(source === "net" ? shippedModel("edge-net") : source);
  if (source === "gradient") return named(detectGradientEdges, "colour gradient, without a model");
  const path = source === "forest" ? fileURLToPath(SHIPPED_FOREST) : source;
  const forest = await readForestFile(path, "openEdgeDetector", EXPECTED);
  return named(
    (image) => detectStructuredEdges(image, forest, scales === undefined ? {} : { scales }),
    forest.description === "" ? "a forest without a description" : forest.description,
  );
}

async function openEdgeNet(path: string): Promise<NamedDetector> {
  const { metadata, tensors } = await readEdgeNet(path, "openEdgeDetector");
  const net = await EdgeNetDetector.create(nodeRuntime, tensors).catch((error: unknown) => {
    if (!(error instanceof ShapeError)) throw error;
    throw new FormatError(`openEdgeDetector: ${path}: ${error.message}`, { cause: error });
  });
  return named(
    (image) => net.detect(image),
    edgeNetDescription(metadata),
    () => net.dispose(),
  );
}

/**
 * Reads the model file of an edge net.
 *
 * @throws {OptionError} if there is no such file, or it holds another network. {@link FormatError} if it is damaged.
 */
export async function readEdgeNet(path: string, caller: string): Promise<ModelFile> {
  const model = await readModelFile(path);
  const { architecture } = model.metadata;
  if (architecture === "edge-net") return model;
  throw new OptionError(
    `${caller}: ${path}: expected an edge net, got the network "${architecture}". Name another file.`,
  );
}

/** What it was trained on, and the terms. */
function edgeNetDescription({ training, license }: ModelMetadata): string {
  const sets = training?.dataSets.map(({ name, split }) => (split === undefined ? name : `${name}, split ${split}`));
  return `edge net${sets === undefined ? "" : ` trained on ${sets.join("; ")}`}${license === undefined ? "" : `. ${license}`}`;
}

function named(
  detect: EdgeDetector,
  description: string,
  dispose: () => Promise<void> = () => Promise.resolve(),
): NamedDetector {
  return { detect, description, dispose, [Symbol.asyncDispose]: dispose };
}

/**
 * Reads a forest from a file of either layout.
 *
 * @param rule - What is expected, for the message.
 * @throws {OptionError} if the file cannot be read, {FormatError} if it is damaged or no forest.
 */
export async function readForestFile(path: string, caller: string, rule = "a forest's file"): Promise<EdgeForest> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new OptionError(`${caller}: expected ${rule}, got: ${(error as Error).message}.`, { cause: error });
  }
  try {
    return await readForest(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${caller}: ${path}: ${error.message}`, { cause: error });
  }
}
