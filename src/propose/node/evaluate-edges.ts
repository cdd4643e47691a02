/** Measures an edge detector, or the edge maps that another tool made, on photos with known boundaries. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatasetError, FormatError } from "../../errors.ts";
import { decodePng, type Image } from "../../image/index.ts";
import {
  countEdges,
  EDGE_NMS_FOR_DISPLAY,
  type EdgeAccuracy,
  type EdgeAccuracyOptions,
  type EdgeCounts,
  type EdgeDetector,
  type EdgeMap,
  edgeAccuracy,
  edgeNms,
  edgeOrientation,
} from "../../proposals/index.ts";
import type { EdgeExamples } from "./edge-examples.ts";

/** Finds the edges of a photo, thinned to what is to be scored. */
export type EdgeSource = (id: string, image: Image) => Promise<EdgeMap>;

export interface EvaluateEdgesOptions extends Partial<EdgeAccuracyOptions> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The edges of a detector, non-maxima suppressed. */
export function detectedEdges(detect: EdgeDetector): EdgeSource {
  return async (_id, image) => suppressed(await detect(image));
}

/**
 * The edges in the files `ID.png` of a folder: grey, 0 no edge, the largest value an edge.
 *
 * @param suppress - Suppress non-maxima, for maps in which edges are broad.
 */
export function storedEdges(folder: string, suppress = false): EdgeSource {
  return async (id, { width, height }) => {
    const path = join(folder, `${id}.png`);
    const edges = decodeEdgeMap(await readMap(path), path);
    if (edges.width !== width || edges.height !== height) {
      throw new DatasetError(
        `evaluateEdges: ${path}: expected an edge map of ${width}x${height} (width x height) as the photo, ` +
          `got ${edges.width}x${edges.height}.`,
        path,
      );
    }
    return suppress ? suppressed(edges) : edges;
  };
}

/**
 * Scores edges against boundaries by the Berkeley benchmark.
 *
 * @throws {DatasetError} if an edge map is missing or of another size. `signal.reason` if cancelled.
 */
export async function evaluateEdges(
  examples: EdgeExamples,
  edges: EdgeSource,
  { signal, onProgress, ...options }: EvaluateEdgesOptions = {},
): Promise<EdgeAccuracy> {
  const counts: EdgeCounts[] = [];
  for (let photo = 0; photo < examples.photos.length; photo++) {
    const { id, image, boundaries } = await examples.read(photo);
    signal?.throwIfAborted();
    counts.push(countEdges(await edges(id, image), boundaries, options));
    onProgress?.(photo + 1, examples.photos.length);
  }
  return edgeAccuracy(counts);
}

function suppressed(edges: EdgeMap): EdgeMap {
  return edgeNms(edges, edgeOrientation(edges), EDGE_NMS_FOR_DISPLAY);
}

function decodeEdgeMap(bytes: Uint8Array, path: string): EdgeMap {
  const { data, width, height, kind, bits } = decodePng(bytes, path);
  if (kind === "indexed") {
    throw new FormatError(`evaluateEdges: ${path}: expected a grey PNG, got an indexed one. Save it in grey levels.`);
  }
  const [step, most] = [kind === "rgb" ? 3 : 1, 2 ** bits - 1];
  return { data: Float32Array.from({ length: width * height }, (_, i) => (data[step * i] ?? 0) / most), width, height };
}

async function readMap(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new DatasetError(
      `evaluateEdges: expected an edge map of each photo, got ${(error as Error).message}.`,
      path,
      {
        cause: error,
      },
    );
  }
}
