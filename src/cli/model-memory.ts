/** What a process that segments with a model needs of memory, for `deconvnet info`. */
import { DeconvnetError } from "../errors.ts";

export interface ModelMemory {
  /** Side of the square that the network sees, px. */
  readonly tileSize: number;
  /** Estimates of the whole process. */
  readonly batches: readonly { readonly batch: number; readonly bytes: number }[];
}

/** @returns `undefined` for a file that holds no network that segments. */
export async function modelMemory(path: string): Promise<ModelMemory | undefined> {
  const { segmentationGraph, segmentationMemory } = await import("../segment/index.ts");
  const { openSegmentationModel } = await import("../segment/node.ts");
  const { totalBytes } = await import("../runtime/index.ts");
  try {
    const { model } = await openSegmentationModel(path);
    const batches = [1, 8].map((batch) => ({ batch, bytes: totalBytes(segmentationMemory(model, "cpu", { batch })) }));
    return { tileSize: segmentationGraph(model, "cpu", {}).tileSize, batches };
  } catch (error) {
    // What is wrong with the file, the commands that use it say.
    if (error instanceof DeconvnetError) return undefined;
    throw error;
  }
}

export function describeMemory({ tileSize, batches }: ModelMemory): string {
  const sizes = batches.map(({ batch, bytes }) => `${(bytes / 1e9).toFixed(2)} GB with a batch of ${batch}`);
  return `memory to segment with tiles of ${tileSize} px: about ${sizes.join(", ")}\n`;
}
