/** Score maps in `.npy` files. */
import { readFile } from "node:fs/promises";
import { FormatError } from "../../errors.ts";
import { decodeNpy } from "../../tensor/index.ts";
import type { ScoreMap } from "../tiles.ts";

/**
 * Reads a score or probability map, such as `deconvnet segment --scores` writes.
 *
 * @param path - A `.npy` file, float32 or float64, shape `[classes, height, width]`.
 * @throws {FormatError} if it cannot be read, is no such file or has another shape.
 */
export async function readScoreMap(path: string): Promise<ScoreMap> {
  const { shape, data } = decodeNpy(await readBytes(path), path);
  const [classes, height, width] = shape;
  if (shape.length !== 3 || !classes || !height || !width) {
    throw new FormatError(
      `readScoreMap: ${path}: expected the shape [classes, height, width], each at least 1, got [${shape.join(", ")}]. ` +
        "Put the classes first: numpy.moveaxis(array, -1, 0).",
    );
  }
  return { classes, height, width, data };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FormatError(`readScoreMap: expected a readable file, got ${(error as Error).message}.`, { cause: error });
  }
}
