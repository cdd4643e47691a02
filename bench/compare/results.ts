/** What a run of the bench measured, and the folder with the runs that were kept. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A program in a case. */
export interface Measured {
  readonly name: string;
  /** Of those that were tried, the fastest, such as `channels last`. */
  readonly form?: string;
  /** Milliseconds of every round, in order. */
  readonly rounds: readonly number[];
  /** Milliseconds. */
  readonly median: number;
  /** Largest resident memory of its process. */
  readonly peakBytes: number;
  /** This library's median in share of this peer's, and the same of the memory. */
  readonly timeRatio?: number;
  readonly memoryRatio?: number;
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  /** Of one piece of work. */
  readonly multiplyAdds?: number;
  /** This library first. */
  readonly measured: readonly Measured[];
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
}

export interface Results {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly commit: string;
  readonly processor: string;
  readonly cores: number;
  readonly threads: number;
  readonly rounds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly CaseResult[];
}

const FOLDER = join(import.meta.dirname, "../results");

/** @returns The path of the file. */
export function storeResults(results: Results): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${results.date.slice(0, 16).replace(":", "")}.json`);
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
  return file;
}

/** The newest stored run, or `undefined`. */
export function newestResults(): Results | undefined {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith(".json")) : [];
  const newest = files.sort().at(-1);
  return newest === undefined ? undefined : (JSON.parse(readFileSync(join(FOLDER, newest), "utf8")) as Results);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
