/** What a command of the command line is. */
import type { Command } from "commander";

/** Where text goes: `process.stdout` and `process.stderr`, or a test's own. */
export interface TextOutput {
  /** A screen, on which a line can be written over; a file or a pipe if not given. */
  readonly isTTY?: boolean;
  /** Its width in characters. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** What the command line hands to each command. */
export interface Terminal {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Aborts on Ctrl-C and SIGTERM; long work checks it. */
  readonly signal: AbortSignal;
}

/** Adds arguments, options and the action to a command that has its name and summary already. */
export type ConfigureCommand = (command: Command, terminal: Terminal) => void;

/** A line of `deconvnet --help`; the module behind it is loaded when the command is used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<ConfigureCommand>;
}
