#!/usr/bin/env node
/** The command `deconvnet`. */
import { COMMANDS } from "./commands.ts";
import { runCommandLine } from "./run-command-line.ts";
import { endQuietlyOnClosedPipe, interruptSignal } from "./terminal.ts";

endQuietlyOnClosedPipe(process.stdout);
process.exitCode = await runCommandLine(process.argv.slice(2), COMMANDS, {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruptSignal(),
});
