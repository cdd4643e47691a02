/** Threads for the CRF in Node, and presets from files. */
import { Worker } from "node:worker_threads";
import type { CrfAnswer } from "./jobs.ts";
import type { CrfWorker } from "./thread-line.ts";
import { CrfThreads, checkThreadCount } from "./threads.ts";

export { crfPresetText } from "./node/preset-text.ts";
export { readCrfPreset } from "./node/read-preset.ts";

/**
 * Starts threads for `meanField`. They do not keep the process alive while they have nothing to do.
 *
 * @param count - 1 to 64, the caller's own included; more than the machine's cores do not help, nor more than a quarter of the classes.
 * @example
 * ```ts
 * using threads = openCrfThreads(2);
 * const { labels } = await meanField(unary, image, { ...PYDENSECRF_EXAMPLE, threads });
 * ```
 */
export function openCrfThreads(count: number): CrfThreads {
  checkThreadCount(count);
  return new CrfThreads(Array.from({ length: count - 1 }, startWorker));
}

function startWorker(): CrfWorker {
  const worker = new Worker(new URL("./node/crf-worker.js", import.meta.url));
  worker.unref();
  return {
    post: (job) => {
      worker.ref();
      worker.postMessage(job);
    },
    listen: (onAnswer) => {
      const answer = (value: CrfAnswer): void => {
        worker.unref();
        onAnswer(value);
      };
      worker.on("message", answer);
      worker.on("error", (error) => answer({ error: error.message }));
      worker.on("exit", (code) => answer({ error: `it ended with code ${code}` }));
    },
    terminate: () => void worker.terminate(),
  };
}
