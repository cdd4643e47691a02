/** What the process does on Ctrl-C and on a closed pipe. */
import { INTERRUPTED } from "./report-error.ts";

/** Aborts on the first Ctrl-C, so that work can stop in order; the second ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  });
  return controller.signal;
}

/** `deconvnet info MODEL | head` closes the pipe early, which is no error. */
export function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}
