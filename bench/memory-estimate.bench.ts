/**
 * Is the estimate of memory right? Segmenting and training with both presets, each in a process of its own whose peak resident
 * memory is compared with what was estimated beforehand: `npm run bench -- memory-estimate [CASE]`. Linux only.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CASES = [
  "forward compact 1",
  "forward compact 8",
  "step compact 8",
  "step compact 16",
  "forward paper 1",
  "step paper 2",
] as const;
const PROGRAM = fileURLToPath(new URL("memory-estimate/measure-case.mjs", import.meta.url));

interface Measured {
  readonly base: number;
  readonly parameters: number;
  readonly activations: number;
  readonly peak: number;
}

const [asked = ""] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "bench-"));
try {
  console.log("| case | estimate, GB | (process, parameters, activations) | peak, GB | ratio |\n|---|---|---|---|---|");
  for (const name of CASES.filter((name) => name.includes(asked))) console.log(row(name));
} finally {
  await rm(folder, { recursive: true });
}

function row(name: string): string {
  const [what = "", preset = "", batch = ""] = name.split(" ");
  const file = join(folder, `${preset}.safetensors`);
  if (what === "forward") run(["write", preset, file]);
  const { base, parameters, activations, peak } = JSON.parse(run([what, preset, batch, file])) as Measured;
  const estimate = base + parameters + activations;
  const parts = [base, parameters, activations].map(gigabytes).join(", ");
  return `| ${name} | ${gigabytes(estimate)} | ${parts} | ${gigabytes(peak)} | ${(estimate / peak).toFixed(2)} |`;
}

function run(args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return stdout;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}
