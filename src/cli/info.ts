/** `deconvnet info MODEL`: what is in a weight file, from its header alone. */
import { describeModel, modelInfo } from "../weights/index.ts";
import { openSafetensors } from "../weights/node.ts";
import type { ConfigureCommand } from "./command.ts";

export const configureInfo: ConfigureCommand = (command, { stdout }) => {
  command
    .argument("<model>", "a .safetensors file")
    .option("--json", "print JSON instead of a table")
    .action(async (path: string, { json }: { json?: boolean }) => {
      const file = await openSafetensors(path);
      const info = modelInfo(file.header);
      await file.dispose();
      stdout.write(json === true ? `${JSON.stringify(info, undefined, 2)}\n` : describeModel(info));
    });
};
