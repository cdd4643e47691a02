/** The edge detectors that a person can name, and the forest of the package. */
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
/** What finds edges where nothing else is named, in the command line and in {@link openEdgeDetector}: what has the best recall. */
export const DEFAULT_DETECTOR: string = "embedded";

const SHIPPED_FOREST = new URL("../../../models/edges.forest", import.meta.url);

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
  const path = source === EMBEDDED ? fileURLToPath(SHIPPED_FOREST) : source;
  const forest = await readForestFile(path, "openEdgeDetector", `"${GRADIENT}", "${EMBEDDED}" or a forest's file`);
  return {
    detect: (image) => detectStructuredEdges(image, forest, scales === undefined ? {} : { scales }),
    description: forest.description === "" ? "a forest without a description" : forest.description,
  };
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
