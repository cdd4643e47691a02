/** A contender in one of its forms: its process, the rounds that it has done, and its peak memory. */
import type { Contender, Form } from "./bench-case.ts";
import { type Command, type Facts, MeasuredProcess } from "./measured-process.ts";
import { type Measured, median } from "./results.ts";

export interface RunnerOptions {
  readonly command: Command;
  readonly settings: object;
  readonly threads: number;
  readonly form?: Form | undefined;
}

export class Runner {
  readonly name: string;
  readonly mostRounds: number;
  readonly #options: RunnerOptions;
  readonly #rounds: number[] = [];
  #process: MeasuredProcess | undefined;
  #facts: Facts = {};
  #peakBytes = 0;

  constructor({ name, mostRounds }: Contender, options: RunnerOptions) {
    this.name = name;
    this.mostRounds = mostRounds ?? Number.POSITIVE_INFINITY;
    this.#options = options;
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** Starts the process, if there is none. */
  async start(): Promise<void> {
    const { command, settings, threads, form } = this.#options;
    this.#process ??= await MeasuredProcess.start(command, { ...settings, form: form?.settings ?? {} }, threads);
    this.#facts = { ...this.#facts, ...this.#process.facts };
  }

  /** Milliseconds of the work. */
  async round(): Promise<number> {
    await this.start();
    const time = (await this.#process?.round()) ?? Number.NaN;
    this.#rounds.push(time);
    return time;
  }

  /** Ends the process, if there is one. */
  async end(): Promise<void> {
    const last = await this.#process?.end();
    this.#process = undefined;
    if (last === undefined) return;
    this.#peakBytes = Math.max(this.#peakBytes, last.peakBytes);
    if (last.sample !== undefined) this.#facts = { ...this.#facts, sample: last.sample };
  }

  kill(): void {
    this.#process?.kill();
    this.#process = undefined;
  }

  measured(): Measured {
    const { form } = this.#options;
    return {
      name: this.name,
      ...(form === undefined ? {} : { form: form.name }),
      rounds: this.#rounds,
      median: median(this.#rounds),
      peakBytes: this.#peakBytes,
    };
  }
}
