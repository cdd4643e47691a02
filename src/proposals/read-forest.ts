/** Reads a structured forest from either kind of file. */

import type { EdgeForest } from "./edge-forest.ts";
import { readEdgeForest } from "./forest-file.ts";
import { gunzip } from "./gzip.ts";
import { LARGEST_OPENCV_FILE, readOpenCvForest } from "./opencv-forest.ts";

/**
 * Reads a forest: our compact file, or OpenCV's `model.yml.gz`; told apart by how they begin.
 *
 * @throws {FormatError} as {@link readEdgeForest} and {@link readOpenCvForest}.
 */
export async function readForest(bytes: Uint8Array): Promise<EdgeForest> {
  const plain = await gunzip("readForest", bytes, LARGEST_OPENCV_FILE);
  return plain[0] === 0x25 /* % of %YAML */ ? readOpenCvForest(plain) : readEdgeForest(plain);
}
