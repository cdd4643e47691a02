/** One line for every error, and the stack for those who ask. */
import { inspect } from "node:util";
import { DeconvnetError } from "../errors.ts";
import type { Terminal } from "./command.ts";

export const FAILED = 1;
/** 128 + SIGINT, as shells count. */
export const INTERRUPTED = 130;

/** The text on a single line. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}

/** Prints `deconvnet: <message>` and returns the exit code. */
export function reportError(error: unknown, terminal: Terminal, debug: boolean): number {
  const interrupted = terminal.signal.aborted && isAbort(error);
  terminal.stderr.write(`deconvnet: ${interrupted ? "interrupted" : oneLine(messageOf(error))}\n`);
  if (debug) terminal.stderr.write(`${inspect(error)}\n`);
  return interrupted ? INTERRUPTED : FAILED;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DeconvnetError || isSystemError(error)) return error.message;
  return `internal error, please report it with the output of --debug: ${error.name}: ${error.message}`;
}

/** A file that cannot be opened, a full disk: Node's own message says what and where. */
function isSystemError(error: Error): boolean {
  return "syscall" in error && "code" in error;
}
