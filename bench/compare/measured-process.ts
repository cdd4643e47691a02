/** A program that is measured, as a process of its own: it works once for each round that it is asked for. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { lastError } from "./last-error.ts";

/** For a round, or for loading, ms. */
const LONGEST = 180_000;

/** What a program says of itself; see `serve-rounds.mjs`. */
export interface Facts {
  /** Numbers that learn. */
  readonly parameters?: number;
  /** Some of the numbers that it computed, to compare with those of others. */
  readonly sample?: readonly number[];
  /** Side of the square that the network sees, px. */
  readonly tileSize?: number;
}

interface Line {
  readonly facts?: Facts;
  readonly milliseconds?: number;
  readonly peakBytes?: number;
  readonly sample?: readonly number[];
}

export type Command = readonly [string, ...string[]];

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class MeasuredProcess {
  readonly facts: Facts;
  readonly #child: Child;
  readonly #next: () => Promise<Line>;

  private constructor(facts: Facts, child: Child, next: () => Promise<Line>) {
    this.facts = facts;
    this.#child = child;
    this.#next = next;
  }

  /** Resolves when the program has loaded what it needs and has warmed up. */
  static async start([program, ...rest]: Command, settings: object, threads: number): Promise<MeasuredProcess> {
    const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
    const child = spawn(program, [...rest, JSON.stringify({ ...settings, threads })], {
      env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const next = lineReader(child, rest.join(" "));
    try {
      const { facts = {} } = await next();
      return new MeasuredProcess(facts, child, next);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Milliseconds of the work. */
  async round(): Promise<number> {
    this.#child.stdin.write("round\n");
    return (await this.#next()).milliseconds ?? Number.NaN;
  }

  /** Ends the program, which says the largest resident memory that it had. */
  async end(): Promise<{ peakBytes: number; sample?: readonly number[] }> {
    this.#child.stdin.write("end\n");
    const { peakBytes = Number.NaN, sample } = await this.#next();
    return { peakBytes, ...(sample === undefined ? {} : { sample }) };
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** Lines of JSON from a child; what else libraries print is passed over. */
function lineReader(child: Child, name: string): () => Promise<Line> {
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  // A program that has ended takes no more requests; that it has is seen where its answers are read.
  child.stdin.on("error", () => {});
  const failed = new Promise<never>((_, reject) => {
    child.on("error", (error) => reject(new Error(`${name}: ${error.message}`)));
  });
  failed.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    for (;;) {
      const { done, value } = await Promise.race([lines.next(), failed, tooLong(name)]);
      if (done) throw new Error(`${name} ended early: ${lastError(errors.join(""))}`);
      if (value.startsWith("{")) return JSON.parse(value) as Line;
    }
  };
}

async function tooLong(name: string): Promise<never> {
  await wait(LONGEST, undefined, { ref: false });
  throw new Error(`${name} took more than ${LONGEST / 1000} s`);
}
