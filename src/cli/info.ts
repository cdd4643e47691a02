/** `deconvnet info MODEL`: what is in a weight file, from its header alone. */
import { FormatError } from "../errors.ts";
import { describeModel, type ModelInfo, modelInfo } from "../weights/index.ts";
import { openSafetensors } from "../weights/node.ts";
import type { ConfigureCommand } from "./command.ts";

export const configureInfo: ConfigureCommand = (command, { stdout }) => {
  command
    .argument("<model>", "a .safetensors file")
    .option("--json", "print JSON instead of a table")
    .action(async (path: string, { json }: { json?: boolean }) => {
      const info = await readInfo(path);
      stdout.write(json === true ? `${JSON.stringify(info, undefined, 2)}\n` : describeModel(info));
    });
};

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
