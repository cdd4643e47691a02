/** Threads that share the work of mean fields with the caller's: started once, used for any number of pictures. */
import { OptionError } from "../errors.ts";
import type { CrfJob, CrfResults } from "./jobs.ts";
import { ask, type CrfWorker, closeLine, type Line, openLine } from "./thread-line.ts";

/** Refuses thread counts that make no sense. */
export function checkThreadCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= 64) return;
  throw new OptionError(`openCrfThreads: expected 1 to 64 threads, got ${count}.`);
}

/** Made by `openCrfThreads` of `deconvnet/crf/node` and `deconvnet/crf/web`; {@link MeanFieldOptions.threads} takes it. */
export class CrfThreads {
  /** Threads at work, the caller's own included. */
  readonly count: number;
  /** The working memory, kept from picture to picture and as large as the largest needs: what is dropped is freed late. */
  memory: WebAssembly.Memory | undefined;
  readonly #lines: Line[];
  #disposed = false;
  #busy: Promise<unknown> = Promise.resolve();

  /** @param workers - The threads beside the caller's own. */
  constructor(workers: readonly CrfWorker[]) {
    this.count = workers.length + 1;
    this.#lines = workers.map(openLine);
  }

  /** Runs `work` when all work before it is done: the threads serve one mean field at a time. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#disposed) {
      throw new OptionError("meanField: expected threads in use, got threads that were disposed of. Open others.");
    }
    const turn = this.#busy.then(work, work);
    this.#busy = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Has the other threads do a job each; resolves to what they give.
   *
   * @param jobOf - The job of thread 1, 2 and so on.
   */
  async others<K extends CrfJob["kind"]>(
    jobOf: (thread: number) => Extract<CrfJob, { kind: K }>,
  ): Promise<CrfResults[K][]> {
    // All of them, whatever fails: a thread that is still at work would answer the next request with this result.
    const outcomes = await Promise.allSettled(this.#lines.map((line, i) => ask<K>(line, jobOf(i + 1))));
    return outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    });
  }

  /** As {@link others}, while the caller's own thread works too; what that gives comes first. */
  async together<K extends CrfJob["kind"], T>(
    jobOf: (thread: number) => Extract<CrfJob, { kind: K }>,
    own: () => T,
  ): Promise<[T, ...CrfResults[K][]]> {
    const others = this.others<K>(jobOf);
    const mine = own();
    return [mine, ...(await others)];
  }

  /** Ends the threads, and fails what they are at; a second call does nothing. */
  dispose(): void {
    this.#disposed = true;
    this.memory = undefined;
    for (const line of this.#lines) closeLine(line, "the threads were disposed of");
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
