/**
 * From the start of a process to a network that is loaded, to its first result: model files of both storages, and what
 * `deconvnet optimise` makes of them: `npm run bench -- loading [compact|paper] [ROUNDS]`. Linux only. Needs 3.6 GB of disk.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { optimiseModel } from "deconvnet/node";

interface Measured {
  readonly imported: number;
  readonly loaded: number;
  readonly first: number;
  readonly second: number;
  readonly processor: number;
  readonly peak: number;
}

const WRITE = programOf("memory-estimate/measure-case.mjs");
const LOAD = programOf("loading/measure-load.mjs");
const [asked = "", rounds = "5"] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "bench-"));
try {
  console.log(
    `${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} threads, Node ${process.version}; medians of ${rounds}, ms`,
  );
  console.log(
    "| model | import | loaded | first result | second result | processor | peak, GB |\n|---|---|---|---|---|---|---|",
  );
  for (const preset of ["compact", "paper"].filter((name) => name.includes(asked))) {
    for (const storage of ["float16", "float32"]) {
      const file = join(folder, `${preset}-${storage}.safetensors`);
      run(WRITE, ["write", preset, file, storage]);
      console.log(row(`${preset}, ${storage}`, file));
      if (storage === "float32") continue;
      await optimiseModel(file);
      console.log(row(`${preset}, optimised`, file));
    }
  }
} finally {
  await rm(folder, { recursive: true });
}

function row(name: string, file: string): string {
  // The first round fills the system's cache of files.
  const all = Array.from({ length: Number(rounds) + 1 }, () => JSON.parse(run(LOAD, [file])) as Measured).slice(1);
  const median = (key: keyof Measured): number => {
    const values = all.map((measured) => measured[key]).sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)] ?? 0;
  };
  const times = (["imported", "loaded", "first", "second", "processor"] as const).map((key) => median(key).toFixed(0));
  return `| ${name} | ${times.join(" | ")} | ${(median("peak") / 1e9).toFixed(2)} |`;
}

function programOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return stdout;
}
