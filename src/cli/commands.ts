/** The commands, in the order of `deconvnet --help`. */
import type { CommandEntry } from "./command.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "info",
    summary: "show the metadata and the tensors of a weight file",
    load: async () => (await import("./info.ts")).configureInfo,
  },
];
