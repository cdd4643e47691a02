/** `deconvnet info FILE`: what is in a weight file, from its header alone, or what an edge forest is. */
import { FormatError } from "../errors.ts";
import { describeModel, type ModelInfo, modelInfo } from "../weights/index.ts";
import { openSafetensors } from "../weights/node.ts";
import type { ConfigureCommand } from "./command.ts";
import { describeMemory, modelMemory } from "./model-memory.ts";

export const configureInfo: ConfigureCommand = (command, { stdout }) => {
  command
    .argument("<file>", "a .safetensors file, or a forest: .forest or OpenCV's .yml.gz")
    .option("--json", "print JSON instead of a table")
    .action(async (path: string, { json }: { json?: boolean }) => {
      if (/\.(forest|yml\.gz)$/i.test(path)) {
        stdout.write(await forestText(path, json === true));
        return;
      }
      const info = await readInfo(path);
      const memory = info.metadata["contents"] === "net" ? await modelMemory(path) : undefined;
      if (json === true) stdout.write(`${JSON.stringify({ ...info, memory }, undefined, 2)}\n`);
      else stdout.write(describeModel(info) + (memory === undefined ? "" : describeMemory(memory)));
    });
};

async function forestText(path: string, json: boolean): Promise<string> {
  const { readForestFile } = await import("../propose/node.ts");
  const { describeForest, forestInfo } = await import("../proposals/index.ts");
  const info = forestInfo(await readForestFile(path, "info"));
  return json ? `${JSON.stringify({ file: path, ...info }, undefined, 2)}\n` : `${path}\n\n${describeForest(info)}`;
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
