/** Averages over the last steps: loss and its parts, speed, and what waiting for batches costs. */

/** About how many steps an average covers. */
const STEPS = 20;

export interface StepTimes {
  readonly loss: number;
  readonly lossParts: ReadonlyMap<string, number>;
  readonly samples: number;
  /** Time that was spent waiting for the step's batches, ms. */
  readonly waitedMs: number;
  /** Time of the whole step, waiting included, ms. */
  readonly totalMs: number;
}

export class Meter {
  #steps = 0;
  #loss = 0;
  readonly #lossParts = new Map<string, number>();
  #waitedMs = 0;
  #msPerSample = 0;
  #totalMs = 0;

  add({ loss, lossParts, samples, waitedMs, totalMs }: StepTimes): void {
    this.#steps++;
    const share = 1 / Math.min(this.#steps, STEPS);
    const blend = (old: number, value: number): number => old + share * (value - old);
    this.#loss = blend(this.#loss, loss);
    for (const [name, value] of lossParts) this.#lossParts.set(name, blend(this.#lossParts.get(name) ?? 0, value));
    this.#waitedMs = blend(this.#waitedMs, waitedMs);
    this.#totalMs = blend(this.#totalMs, totalMs);
    this.#msPerSample = blend(this.#msPerSample, totalMs / samples);
  }

  get loss(): number {
    return this.#loss;
  }

  get lossParts(): ReadonlyMap<string, number> {
    return this.#lossParts;
  }

  get samplesPerSecond(): number {
    return 1000 / this.#msPerSample;
  }

  /** 0 to 1. */
  get readerShare(): number {
    return this.#waitedMs / this.#totalMs;
  }
}
