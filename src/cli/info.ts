/** `deconvnet info MODEL`: what is in a weight file, from its header alone. */
import { FormatError, OptionError } from "../errors.ts";
import { describeModel, type ModelInfo, modelInfo } from "../weights/index.ts";
import { openSafetensors } from "../weights/node.ts";
import type { ConfigureCommand } from "./command.ts";

export const configureInfo: ConfigureCommand = (command, { stdout }) => {
  command
    .argument("<model>", "a .safetensors file")
    .option("--json", "print JSON instead of a table")
    .action(async (path: string, { json }: { json?: boolean }) => {
      const info = await readInfo(path);
      const memory = info.metadata["contents"] === "net" ? await memoryOf(path) : undefined;
      if (json === true) stdout.write(`${JSON.stringify({ ...info, memory }, undefined, 2)}\n`);
      else stdout.write(describeModel(info) + (memory === undefined ? "" : describeMemory(memory)));
    });
};

/** Estimates of a whole process that segments, bytes; `undefined` for a network that does not. */
interface SegmentingMemory {
  /** Side of the square that the network sees, px. */
  readonly tileSize: number;
  readonly batches: readonly { readonly batch: number; readonly bytes: number }[];
}

async function memoryOf(path: string): Promise<SegmentingMemory | undefined> {
  const { segmentationGraph, segmentationMemory } = await import("../segment/index.ts");
  const { openSegmentationModel } = await import("../segment/node.ts");
  const { totalBytes } = await import("../runtime/index.ts");
  try {
    const { model } = await openSegmentationModel(path);
    const batches = [1, 8].map((batch) => ({ batch, bytes: totalBytes(segmentationMemory(model, "cpu", { batch })) }));
    return { tileSize: segmentationGraph(model, "cpu", {}).tileSize, batches };
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}

function describeMemory({ tileSize, batches }: SegmentingMemory): string {
  const sizes = batches.map(({ batch, bytes }) => `${(bytes / 1e9).toFixed(2)} GB with a batch of ${batch}`);
  return `memory to segment with tiles of ${tileSize} px: about ${sizes.join(", ")}\n`;
}

async function readInfo(path: string): Promise<ModelInfo> {
  try {
    await using file = await openSafetensors(path);
    return modelInfo(file.header);
  } catch (error) {
    if (!(error instanceof FormatError) || !/\.onnx$/i.test(path)) throw error;
    throw new FormatError(
      `info: expected a .safetensors file, got an ONNX model at ${path}. Give the weight file that it was exported from.`,
      { cause: error },
    );
  }
}
