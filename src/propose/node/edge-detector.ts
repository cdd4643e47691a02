/** The edge detectors that a person can name. */
import { readFile } from "node:fs/promises";
import { FormatError, OptionError } from "../../errors.ts";
import { detectGradientEdges, detectStructuredEdges, type EdgeDetector, readForest } from "../../proposals/index.ts";

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

/**
 * Opens an edge detector.
 *
 * @param source - `gradient`, or the path of a forest: our compact file or OpenCV's `model.yml.gz`.
 * @param options - {@link EdgeDetectorOptions}.
 * @throws {OptionError} if there is no such file, or scales are given for the gradient detector.
 * @throws {FormatError} if the file is damaged or no forest.
 */
export async function openEdgeDetector(source: string, options: EdgeDetectorOptions = {}): Promise<NamedDetector> {
  const { scales } = options;
  if (source === GRADIENT) {
    if (scales !== undefined) {
      throw new OptionError(
        `openEdgeDetector: expected no scales for the gradient detector, got ${scales.join()}. They need a forest.`,
      );
    }
    return { detect: detectGradientEdges, description: "colour gradient, without a model" };
  }
  const forest = await readForestFile(source);
  return {
    detect: (image) => detectStructuredEdges(image, forest, scales === undefined ? {} : { scales }),
    description: forest.description === "" ? "a forest without a description" : forest.description,
  };
}

async function readForestFile(path: string): Promise<Awaited<ReturnType<typeof readForest>>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new OptionError(
      `openEdgeDetector: expected "${GRADIENT}" or a forest's file, got: ${(error as Error).message}.`,
      { cause: error },
    );
  }
  try {
    return await readForest(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`openEdgeDetector: ${path}: ${error.message}`, { cause: error });
  }
}
