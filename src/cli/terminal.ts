/** What the process does on signals to end, and on a closed pipe. */
import { INTERRUPTED } from "./report-error.ts";

/**
 * Aborts on the first Ctrl-C, so that work can stop in order; the second ends the process at once. So does SIGTERM, with which
 * schedulers announce that they will kill a job.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort();
    });
  }
  return controller.signal;
}

/** `deconvnet info MODEL | head` closes the pipe early, which is no error. */
export function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}
