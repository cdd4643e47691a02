/** Threads that share the work of mean fields: started once, used for any number of pictures. */
import { OptionError } from "../errors.ts";
import { type CrfMemory, type Lattice, sharedWasmMemory } from "../kernels/index.ts";
import { type Field, fieldForThread } from "./field.ts";
import type { CrfJob } from "./jobs.ts";
import type { KernelSource } from "./kernel-source.ts";
import { ask, type CrfWorker, closeLine, type Line, openLine } from "./thread-line.ts";

/** Refuses thread counts that make no sense. */
export function checkThreadCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= 64) return;
  throw new OptionError(`openCrfThreads: expected 1 to 64 threads, got ${count}.`);
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

  /** Reserves memory that the threads share. */
  reserve(bytes: number): Promise<{ memory: CrfMemory; shared: WebAssembly.Memory }> {
    return sharedWasmMemory(bytes, this.count);
  }

  /**
   * Builds lattices at once: the caller's thread that with the most features, which takes longest, the threads the others.
   *
   * @param buildHere - Builds one in the caller's thread.
   */
  async build(
    sources: readonly KernelSource[],
    buildHere: (source: KernelSource) => Promise<Lattice>,
  ): Promise<Lattice[]> {
    const bySize = [...sources.entries()].sort(([, a], [, b]) => b.dimension - a.dimension);
    const lattices: Lattice[] = [];
    const inThreads = this.#lines.map(async (line, thread) => {
      for (let place = 1 + thread; place < bySize.length; place += this.count) {
        const [i, source] = bySize[place] as [number, KernelSource];
        lattices[i] = (await ask(line, { kind: "build", source })).lattice;
      }
    });
    const here = bySize.slice(0, 1).map(async ([i, source]) => {
      lattices[i] = await buildHere(source);
    });
    // All of them, whatever fails: a thread that is still at work would answer the next request with this lattice.
    const outcomes = await Promise.allSettled([...here, ...inThreads]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    return lattices;
  }

  /** Gives every thread the field, with lattice values of its own, and has it set to the evidence alone. */
  async open(memory: CrfMemory, shared: WebAssembly.Memory, field: Field): Promise<void> {
    await this.#all((i) => ({
      kind: "open",
      shared,
      thread: i + 1,
      field: i === 0 ? field : fieldForThread(memory, field),
    }));
    await this.#all((i) => ({ kind: "start", ...this.#share(i, field) }));
  }

  /** One parallel update of all pixels; returns how many labels changed. */
  async update(field: Field): Promise<number> {
    const { groups } = field.layout;
    await this.#all((i) => ({
      kind: "filter",
      groups: Array.from({ length: groups }, (_, group) => group).filter((group) => group % this.count === i),
    }));
    return this.#all((i) => ({ kind: "settle", ...this.#share(i, field) }));
  }

  /** Makes the threads let go of the field. */
  async close(): Promise<void> {
    await this.#all(() => ({ kind: "close" }));
  }

  /** Ends the threads, and fails what they are at; a second call does nothing. */
  dispose(): void {
    this.#disposed = true;
    for (const line of this.#lines) closeLine(line, "the threads were disposed of");
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** A thread's part of the pixels. */
  #share(thread: number, { layout: { pixels } }: Field): { begin: number; end: number } {
    const bound = (i: number): number => Math.floor((pixels * i) / this.count);
    return { begin: bound(thread), end: bound(thread + 1) };
  }

  /** One job for each thread; resolves to the sum of the answers. */
  async #all(jobOf: (thread: number) => Exclude<CrfJob, { kind: "build" }>): Promise<number> {
    const answers = await Promise.all(this.#lines.map((line, i) => ask(line, jobOf(i))));
    return answers.reduce((sum, { changed }) => sum + changed, 0);
  }
}
