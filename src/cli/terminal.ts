/** What the process does on Ctrl-C and on a closed pipe. */
import { INTERRUPTED } from "./report-error.ts";

/** A second interrupt within this time is the first one again: `npx` and `timeout` pass on what the process has had already, ms. */
const ECHO_MS = 500;

/** Aborts on the first Ctrl-C, so that work can stop in order; the second ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  process.on("SIGINT", () => {
    if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort();
    } else if (performance.now() - first > ECHO_MS) process.exit(INTERRUPTED);
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
