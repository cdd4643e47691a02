/** Runs the golden files of a folder and prints a row a case. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readSafetensors } from "deconvnet/node";
import { type GoldenDevice, goldenDevice, runsOnDevice } from "./device.ts";
import { globToRegExp } from "./glob.ts";
import { handlerOf } from "./handlers.ts";
import type { GoldenOptions } from "./options.ts";
import { COLUMNS, formatCase, formatWithoutRows } from "./table.ts";

const ENDING = ".safetensors";

type Outcome = "ok" | "failed" | "not yet";

/** @returns The exit code: 1 if a case failed (with `strict` also if one is not built yet) or nothing matched. */
export async function runFolder(options: GoldenOptions, print: (line: string) => void): Promise<number> {
  const pattern = globToRegExp(options.filter);
  const files = (await readdir(options.dir)).filter((file) => file.endsWith(ENDING)).sort();
  const names = files
    .map((file) => file.slice(0, -ENDING.length))
    .filter((name) => pattern.test(name) && (options.device === "cpu" || runsOnDevice(name)));
  if (names.length === 0) {
    print(`golden: expected files in ${options.dir} that match "${options.filter}", got none of ${files.length}.`);
    return 1;
  }
  const device = await goldenDevice(options.device);
  print(COLUMNS.join("  "));
  const counts = { ok: 0, failed: 0, "not yet": 0 };
  for (const name of names) {
    const { outcome, line } = await runFile(options.dir, name, device);
    counts[outcome]++;
    print(line);
  }
  print(`${counts.ok} ok, ${counts.failed} failed, ${counts["not yet"]} not yet`);
  return counts.failed > 0 || (options.strict && counts["not yet"] > 0) ? 1 : 0;
}

async function runFile(dir: string, name: string, device: GoldenDevice): Promise<{ outcome: Outcome; line: string }> {
  const handler = handlerOf(name);
  if (handler === undefined) {
    return { outcome: "not yet", line: formatWithoutRows(name, "not yet", "no code runs this kind of case") };
  }
  try {
    const { tensors, metadata } = await readSafetensors(join(dir, `${name}${ENDING}`));
    const rows = await handler(Object.fromEntries(tensors), Object.fromEntries(metadata), device);
    return { outcome: rows.every(({ ok }) => ok) ? "ok" : "failed", line: formatCase(name, rows) };
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
    return { outcome: "failed", line: formatWithoutRows(name, "FAILED", reason) };
  }
}
