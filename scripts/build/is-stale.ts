/** Whether dist/ is behind the sources, by modification times. */
import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { DIST, ROOT } from "./paths.ts";

/** What dist/ is made from; folders count with their own times, so that a deleted file is noticed. */
const SOURCES = ["src", "tsconfig.json", "tsconfig.build.json", "scripts/build"];

/** Modification times in ms of a file, or of a folder and everything below it that `counts`. */
function* times(path: string, counts: (stats: Stats) => boolean): Generator<number> {
  const stats = statSync(path);
  if (counts(stats)) yield stats.mtimeMs;
  if (!stats.isDirectory()) return;
  for (const name of readdirSync(path)) yield* times(join(path, name), counts);
}

/** True if dist/ is missing, empty, or has a file that is older than the newest source: a build writes all of them. */
export function isStale(root: string = ROOT, dist: string = DIST): boolean {
  if (statSync(join(dist, "cli", "main.js"), { throwIfNoEntry: false }) === undefined) return true;
  let newestSource = 0;
  for (const source of SOURCES) {
    for (const time of times(join(root, source), () => true)) newestSource = Math.max(newestSource, time);
  }
  let oldestOutput = Number.POSITIVE_INFINITY;
  for (const time of times(dist, (stats) => stats.isFile())) oldestOutput = Math.min(oldestOutput, time);
  return oldestOutput <= newestSource;
}
