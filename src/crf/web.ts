/** Threads for the CRF in a page. */
import { BackendError } from "../errors.ts";
import type { CrfAnswer } from "./jobs.ts";
import type { CrfWorker } from "./thread-line.ts";
import { CrfThreads, checkThreadCount } from "./threads.ts";

/**
 * Starts threads for `meanField`. Their memory is shared, which pages may have only if they are served with
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`.
 *
 * @param count - 1 to 64, the caller's own included; more than the machine's cores do not help, nor more than a quarter of the classes.
 * @throws {BackendError} if the page may not share memory.
 */
export function openCrfThreads(count: number): CrfThreads {
  checkThreadCount(count);
  if (!globalThis.crossOriginIsolated) {
    throw new BackendError(
      "openCrfThreads: expected a page that may share memory, got one that is not cross-origin isolated. " +
        "Serve it with the headers COOP: same-origin and COEP: require-corp, or leave threads out.",
    );
  }
  return new CrfThreads(Array.from({ length: count - 1 }, startWorker));
}

function startWorker(): CrfWorker {
  const worker = new Worker(new URL("./web-worker.js", import.meta.url), { type: "module" });
  return {
    post: (job) => worker.postMessage(job),
    listen: (onAnswer) => {
      worker.onmessage = ({ data }: MessageEvent<CrfAnswer>) => onAnswer(data);
      worker.onerror = ({ message }) => onAnswer({ error: message });
    },
    terminate: () => worker.terminate(),
  };
}
