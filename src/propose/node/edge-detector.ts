/** The edge detectors that a person can name, and the forest of the package. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FormatError, OptionError } from "../../errors.ts";
import {
  detectGradientEdges,
  detectStructuredEdges,
  type EdgeDetector,
  type EdgeForest,
  readForest,
} from "../../proposals/index.ts";

export interface NamedDetector {
  readonly detect: EdgeDetector;
  /** What it is; for a forest, what it was trained on and on which terms. */
  readonly description: string;
}

export interface EdgeDetectorOptions {
  /** A forest looks at photos in these sizes, relative to their own; default: their own only. */
  readonly scales?: readonly number[];
}

/** The name of the detector that needs no file. */
export const GRADIENT = "gradient";
/** The name of the forest that ships with the package. */
export const EMBEDDED = "embedded";
/** What finds edges where nothing else is named, in the command line and in {@link openEdgeDetector}: that of the best recall. */
export const DEFAULT_DETECTOR: typeof GRADIENT | typeof EMBEDDED = "gradient";

const SHIPPED_FOREST = "edges.forest";

/**
 * Opens an edge detector.
 *
 * @param source - `gradient`, `embedded` (the forest of the package), or the path of a forest: our compact file or OpenCV's
 *   `model.yml.gz`; default {@link DEFAULT_DETECTOR}.
 * @param options - {@link EdgeDetectorOptions}.
 * @throws {OptionError} if there is no such file, or scales are given for the gradient detector.
 * @throws {FormatError} if the file is damaged or no forest.
 * @example
 * ```ts
 * const { detect } = await openEdgeDetector("own.forest");
 * const boxes = await proposeBoxes(photo, { detector: detect });
 * ```
 */
export async function openEdgeDetector(
  source: string = DEFAULT_DETECTOR,
  options: EdgeDetectorOptions = {},
): Promise<NamedDetector> {
  const { scales } = options;
  if (source === GRADIENT) {
    if (scales !== undefined) {
      throw new OptionError(
        `openEdgeDetector: expected no scales for the gradient detector, got ${scales.join()}. They need a forest.`,
      );
    }
    return { detect: detectGradientEdges, description: "colour gradient, without a model" };
  }
  const path = source === EMBEDDED ? shippedForest() : source;
  const forest = await readForestFile(path, "openEdgeDetector", `"${GRADIENT}", "${EMBEDDED}" or a forest's file`);
  return {
    detect: (image) => detectStructuredEdges(image, forest, scales === undefined ? {} : { scales }),
    description: forest.description === "" ? "a forest without a description" : forest.description,
  };
}

/**
 * The path of the forest that ships with the package.
 *
 * @throws {OptionError} if this copy of the package does not have it.
 */
function shippedForest(): string {
  const path = fileURLToPath(new URL(`../../../models/${SHIPPED_FOREST}`, import.meta.url));
  if (existsSync(path)) return path;
  throw new OptionError(
    `openEdgeDetector: expected the forest ${SHIPPED_FOREST} in the package, got none. Name "${GRADIENT}" or a forest's file.`,
  );
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
