/** Threads that share the work of mean fields: started once, used for any number of pictures. */
import { BackendError, OptionError } from "../errors.ts";
import { type CrfMemory, sharedWasmMemory } from "../kernels/index.ts";
import { type Field, fieldForThread } from "./field.ts";
import type { CrfAnswer, CrfJob } from "./jobs.ts";

/** A worker as the platform gives it. */
export interface CrfWorker {
  post(job: CrfJob): void;
  /** Calls back with each answer, and once with an error if the worker ends. */
  listen(onAnswer: (answer: CrfAnswer) => void): void;
  terminate(): void;
}

/** Refuses thread counts that make no sense. */
export function checkThreadCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= 64) return;
  throw new OptionError(`openCrfThreads: expected 1 to 64 threads, got ${count}.`);
}

/** A worker with its pending request; the next one waits for it. */
interface Line {
  readonly worker: CrfWorker;
  answer: (answer: CrfAnswer) => void;
  broken: string | undefined;
}

/** Made by `openCrfThreads` of `deconvnet/node` and `deconvnet/web`; {@link MeanFieldOptions.threads} takes it. */
export class CrfThreads {
  /** Threads at work. */
  readonly count: number;
  readonly #lines: Line[];
  #disposed = false;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(workers: readonly CrfWorker[]) {
    this.count = workers.length;
    this.#lines = workers.map((worker) => {
      const line: Line = { worker, answer: () => undefined, broken: undefined };
      worker.listen((answer) => {
        if ("error" in answer) line.broken = answer.error;
        line.answer(answer);
      });
      return line;
    });
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

  /** Reserves memory that the threads share. */
  reserve(bytes: number): Promise<{ memory: CrfMemory; shared: WebAssembly.Memory }> {
    return sharedWasmMemory(bytes, this.count);
  }

  /** Gives every thread the field, with lattice values of its own. */
  async open(memory: CrfMemory, shared: WebAssembly.Memory, field: Field): Promise<void> {
    await this.#all((i) => ({
      kind: "open",
      shared,
      thread: i + 1,
      field: i === 0 ? field : fieldForThread(memory, field),
    }));
  }

  /** One parallel update of all pixels; returns how many labels changed. */
  async update({ layout: { groups, pixels } }: Field): Promise<number> {
    await this.#all((i) => ({
      kind: "filter",
      groups: Array.from({ length: groups }, (_, group) => group).filter((group) => group % this.count === i),
    }));
    const share = (i: number): number => Math.floor((pixels * i) / this.count);
    return this.#all((i) => ({ kind: "settle", begin: share(i), end: share(i + 1) }));
  }

  /** Makes the threads let go of the field. */
  async close(): Promise<void> {
    await this.#all(() => ({ kind: "close" }));
  }

  /** Ends the threads; a second call does nothing. */
  dispose(): void {
    this.#disposed = true;
    for (const { worker } of this.#lines) worker.terminate();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** One job for each thread; resolves to the sum of the answers. */
  async #all(jobOf: (thread: number) => CrfJob): Promise<number> {
    const answers = await Promise.all(this.#lines.map((line, i) => ask(line, jobOf(i))));
    return answers.reduce((sum, changed) => sum + changed, 0);
  }
}

function ask(line: Line, job: CrfJob): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new BackendError(`meanField: expected a thread to do its part, got: ${reason}. Open the threads anew.`));
    if (line.broken !== undefined) {
      fail(line.broken);
      return;
    }
    line.answer = (answer) => ("error" in answer ? fail(answer.error) : resolve(answer.changed));
    line.worker.post(job);
  });
}
