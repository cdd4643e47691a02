/** The commands, in the order of `deconvnet --help`. */
import type { CommandEntry } from "./command.ts";

export const COMMANDS: readonly CommandEntry[] = [];
