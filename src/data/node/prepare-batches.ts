/** Batches prepared ahead in worker threads, in an order and with contents that do not depend on how many there are. */
import { Worker } from "node:worker_threads";
import { BackendError, OptionError } from "../../errors.ts";
import { type Batch, makeBatch, type SampleOptions } from "../sample.ts";
import { type ClassIndex, createSampler, type Sampling } from "../sampler.ts";
import { type BatchPlan, type BatchReply, type BatchRequest, END, receiveError } from "./batch-messages.ts";
import type { Dataset } from "./open-dataset.ts";
import { sourceOf } from "./read-example.ts";

export interface BatchOptions {
  readonly batchSize: number;
  /** Number of the first sample; where a resumed training goes on. */
  readonly first?: number;
  readonly sampling?: Sampling;
  /** Threads that read; 0 reads in the calling thread, when a batch is asked for. */
  readonly workers?: number;
  /** Batches that are ready or being made at any time, for each worker. */
  readonly ahead?: number;
  readonly samples?: SampleOptions;
}

export const BATCH_DEFAULTS = Object.freeze({
  first: 0,
  sampling: "balanced",
  workers: 1,
  ahead: 2,
  samples: {},
} as const);

/**
 * Gives batch after batch, without end; leaving the loop ends the workers.
 *
 * @param datasets - One, or several that are mixed.
 * @param index - What {@link indexClasses} found; of several, what {@link joinIndexes} makes of that.
 * @param options - {@link BatchOptions}; defaults {@link BATCH_DEFAULTS}.
 * @throws {OptionError} if a number is outside its range; what reading throws, at the batch it belongs to.
 * @example
 * ```ts
 * const dataset = await openDataset("pets", { split: "train" });
 * const index = await indexClasses(dataset);
 * for await (const { size, images, labels } of prepareBatches(dataset, index, 1, { batchSize: 16 })) {
 *   console.log(size, images.length, labels.length); // BGR minus mean, [16, 3, side, side]; class ids, [16, side, side]
 *   break;
 * }
 * ```
 */
export async function* prepareBatches(
  datasets: Dataset | readonly Dataset[],
  index: ClassIndex,
  seed: number,
  options: BatchOptions,
): AsyncGenerator<Batch, never, void> {
  const { batchSize, first, sampling, workers, ahead, samples } = { ...BATCH_DEFAULTS, ...options };
  requireInteger("batchSize", batchSize, 1);
  requireInteger("first", first, 0);
  requireInteger("workers", workers, 0);
  requireInteger("ahead", ahead, 1);
  const plan: BatchPlan = {
    datasets: "files" in datasets ? [datasets] : datasets,
    index,
    seed,
    sampling,
    options: samples,
  };
  if (workers === 0) {
    const sampler = createSampler(seed, index, sampling);
    for (let at = first; ; at += batchSize)
      yield await makeBatch(sourceOf(datasets), sampler, seed, at, batchSize, samples);
  }
  const readers = Array.from({ length: workers }, () => new BatchReader(plan));
  try {
    const ready: Promise<Batch>[] = [];
    for (let asked = 0; ; asked++) {
      const reader = readers[asked % workers]!;
      ready.push(reader.request({ first: first + asked * batchSize, size: batchSize }));
      if (ready.length < workers * ahead) continue;
      yield await ready.shift()!;
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.end()));
  }
}

interface Waiting {
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: Error) => void;
}

/** One worker and the batches that it owes. */
class BatchReader {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #failure: Error | undefined;

  constructor(plan: BatchPlan) {
    const entry = new URL("./batch-worker.js", import.meta.url);
    // Without the flags of this process: those of `node --input-type=module --eval` would stop the thread.
    this.#worker = new Worker(entry, { workerData: plan, execArgv: [] });
    this.#worker.on("message", (reply: BatchReply) => this.#settle(reply));
    this.#worker.on("error", (error) => this.#fail(error.message));
    this.#worker.on("exit", (code) => this.#fail(`it ended with code ${code}`));
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.unref();
  }

  request(request: BatchRequest): Promise<Batch> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const promise = new Promise<Batch>((resolve, reject) => this.#waiting.set(request.first, { resolve, reject }));
    promise.catch(() => {}); // an error is thrown where its batch is awaited, not when it happens
    this.#worker.ref(); // a batch that is owed keeps the process alive, an idle worker does not
    this.#worker.postMessage(request);
    return promise;
  }

  /** The thread ends by itself: cut off while its code is being compiled, it can take the process with it (Node 20). */
  async end(): Promise<void> {
    // Batches that come yet would let the process end.
    this.#worker.removeAllListeners("message");
    this.#worker.ref();
    this.#worker.postMessage(END);
    await this.#ended;
  }

  #settle(reply: BatchReply): void {
    const waiting = this.#waiting.get(reply.first);
    this.#waiting.delete(reply.first);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ("batch" in reply) waiting?.resolve(reply.batch);
    else waiting?.reject(receiveError(reply.error));
  }

  #fail(reason: string): void {
    this.#failure = new BackendError(`prepareBatches: expected a worker that makes batches, got "${reason}".`);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new OptionError(`prepareBatches: expected ${name} a whole number of at least ${least}, got ${value}.`);
  }
}
