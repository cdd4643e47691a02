/** `deconvnet optimise MODEL`: a form of the model that loads at once. */
import type { OptimiseOptions } from "../segment/node.ts";
import { parseCount } from "./arguments.ts";
import type { ConfigureCommand } from "./command.ts";
import { requireFolderOf } from "./output-file.ts";

export const configureOptimise: ConfigureCommand = (command, { stdout }) => {
  command
    .argument("<model>", "a .safetensors file")
    .option("--out <file>", "the .onnx file to write; default: NAME.optimised.onnx beside the model, where it is found")
    .option("--size <px>", "longer side to which photos will be brought; default: the model's", parseCount)
    .addHelpText(
      "after",
      "\nsegment and evaluate load what lies beside their --model, if it fits; a file with another name is given as --model itself." +
        "\nIt holds for this version of onnxruntime-node and this size, on every processor; with others it is passed over with a line.",
    )
    .action(async (model: string, options: OptimiseOptions) => {
      await requireFolderOf("optimise", options.out);
      const { optimiseModel } = await import("../segment/node.ts");
      const { file, numbers, bytes, tileSize } = await optimiseModel(model, options);
      stdout.write(`${file} and ${numbers}: ${(bytes / 1e6).toFixed(1)} MB, for tiles of ${tileSize} px\n`);
    });
};
