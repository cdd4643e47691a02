/** The option `--device`, the same in all commands that run networks. */
import { Option } from "commander";
import { DEVICE_CHOICES, type DeviceChoice } from "../runtime/index.ts";
import type { NodeDevice } from "../runtime/node.ts";
import type { TextOutput } from "./command.ts";

export interface DeviceFlags {
  readonly device: DeviceChoice;
}

export function deviceOption(): Option {
  return new Option("--device <name>", "what the network runs on; auto: the fastest that is there")
    .choices(DEVICE_CHOICES)
    .default("cpu" satisfies DeviceChoice);
}

/** The device that was asked for; which one `auto` takes is printed. */
export async function chosenDevice({ device }: DeviceFlags, output: TextOutput): Promise<NodeDevice> {
  const { pickDevice } = await import("../runtime/node.ts");
  return await pickDevice({ device, onPick: (text) => output.write(`${text}\n`) });
}
