/**
 * The dense CRF against pydensecrf, with one and two threads, in processes that take turns; medians. Each process calls five times, as
 * a user does, from the unary to the labels, lattices and all. `first` is the first call, with the compiling of WebAssembly and the start
 * of threads in it; `later` is the median of the others. CPU time, user and system, of all five; peak memory of the process. Then
 * where the time of a first call goes: seconds of every thread in every phase, in one more run each.
 *
 *     npm run build && npx tsx bench/crf.bench.ts [--rounds 5] [--growth [--megapixels 0.2,0.5,1,2]]
 *
 * With `--growth`: this library alone, one thread, 7, 21 and 50 classes on 0.2 to 2 megapixels; where the last two columns stay what
 * they are, time and memory (beyond that of the process before it reads the arrays) grow linearly.
 *
 * `bench/peers/pydensecrf/README.md` says how to get the peer; without it (PYDENSECRF_PYTHON, PYDENSECRF_PATH) its rows are left out.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { CrfParameters } from "deconvnet/crf";
import sharp from "sharp";

interface Size {
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

interface Measurement {
  /** Of the first call. */
  readonly first: number;
  /** Of a later call. */
  readonly later: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Before the arrays were read; this library's processes alone say it. */
  readonly baseBytes?: number;
  /** Seconds by phase, for every thread; the caller's own first. Only under the phase clock. */
  readonly phases?: readonly Readonly<Record<string, number>>[];
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    growth: { type: "boolean", default: false },
    megapixels: { type: "string", default: "0.2,0.5,1,2" },
  },
});
const ROUNDS = Number(values.rounds);
const CALLS = 5;
const PHOTO = { height: 375, width: 500, classes: 21 };
const KERNELS: Readonly<Record<string, CrfParameters>> = {
  "20/3/5": parameters(20, 3, 5),
  "80/13/10": parameters(80, 13, 10),
};
const folder = mkdtempSync(join(tmpdir(), "crf-bench-"));

function parameters(spatialStd: number, colorStd: number, weight: number): CrfParameters {
  return {
    smoothness: { spatialStd: 3, weight: 3 },
    appearance: { spatialStd, colorStd, weight },
    normalization: "symmetric",
    iterations: 10,
  };
}

/** A photo, and energies of discs with noise. */
async function writeProblem({ height, width, classes }: Size): Promise<void> {
  const photo = sharp("examples/photos/kitten.jpg").resize(width, height, { fit: "fill" }).removeAlpha();
  writeFileSync(join(folder, "image"), await photo.raw().toBuffer());
  const random = xorshift(1);
  const labels = new Uint8Array(height * width);
  for (let disc = 0; disc < 40; disc++) {
    const [x, y, label] = [random() * width, random() * height, Math.floor(random() * classes)];
    const radius = (0.04 + 0.12 * random()) * width;
    labels.forEach((_, i) => {
      if (((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2 < radius ** 2) labels[i] = label;
    });
  }
  const energies = new Float32Array(classes * height * width);
  for (let i = 0; i < labels.length; i++) {
    const scores = Array.from({ length: classes }, (_, c) => (c === labels[i] ? 3 : 0) + 4 * (random() + random() - 1));
    const logSum = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    for (const [c, score] of scores.entries()) energies[c * labels.length + i] = logSum - score;
  }
  writeFileSync(join(folder, "unary"), new Uint8Array(energies.buffer));
}

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Runs one process; its labels are left in the folder under `name`. */
function measure(
  name: string,
  size: Size,
  crf: CrfParameters,
  threads: number,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  calls = CALLS,
): Measurement {
  const problem = {
    ...size,
    ...crf,
    threads,
    calls,
    image: join(folder, "image"),
    unary: join(folder, "unary"),
    labels: join(folder, name),
  };
  const file = join(folder, "problem.json");
  writeFileSync(file, JSON.stringify(problem));
  const [program = "", ...programArguments] = command;
  const { status, stdout, stderr } = spawnSync(program, [...programArguments, file], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${command.join(" ")} failed:\n${stderr}`);
  const { times, ...measured } = JSON.parse(stdout) as Measurement & { times: readonly number[] };
  return { ...measured, first: times[0] ?? Number.NaN, later: median(times.slice(1)) };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function medians(all: readonly Measurement[]): Measurement {
  return {
    first: median(all.map((m) => m.first)),
    later: median(all.map((m) => m.later)),
    cpuSeconds: median(all.map((m) => m.cpuSeconds)),
    peakBytes: median(all.map((m) => m.peakBytes)),
  };
}

const PROGRAM = "bench/crf/run-one.mjs";
const ours = (size: Size, crf: CrfParameters, threads: number, calls?: number): Measurement =>
  measure(`ours${threads}`, size, crf, threads, [process.execPath, PROGRAM], {}, calls);
const CLOCK = ["--import", "./bench/crf/phase-clock.mjs"];
const clocked = (crf: CrfParameters, threads: number): Measurement =>
  measure(`clocked${threads}`, PHOTO, crf, threads, [process.execPath, ...CLOCK, PROGRAM], {}, 1);
const python = process.env["PYDENSECRF_PYTHON"];

function peer(size: Size, crf: CrfParameters): Measurement {
  const env = { PYTHONPATH: process.env["PYDENSECRF_PATH"] ?? "" };
  return measure("peer", size, crf, 1, [python ?? "", "bench/peers/pydensecrf/run.py"], env);
}

async function compare(): Promise<void> {
  await writeProblem(PHOTO);
  for (const [name, crf] of Object.entries(KERNELS)) {
    const rows: Record<string, Measurement[]> = { pydensecrf: [], "1 thread": [], "2 threads": [] };
    for (let round = 0; round < ROUNDS; round++) {
      if (python !== undefined) rows["pydensecrf"]?.push(peer(PHOTO, crf));
      rows["1 thread"]?.push(ours(PHOTO, crf, 1));
      rows["2 threads"]?.push(ours(PHOTO, crf, 2));
    }
    const base = python === undefined ? undefined : medians(rows["pydensecrf"] ?? []);
    for (const [row, all] of Object.entries(rows)) if (all.length > 0) print(`${name} ${row}`, medians(all), base);
    if (python !== undefined)
      process.stdout.write(
        `${name}: labels that differ: ${labelsApart("peer", "ours1")} of ${PHOTO.height * PHOTO.width}\n`,
      );
    for (const threads of [1, 2]) printPhases(`${name} ${threads} threads`, clocked(crf, threads));
  }
}

function labelsApart(a: string, b: string): number {
  const [first, second] = [readFileSync(join(folder, a)), readFileSync(join(folder, b))];
  return first.filter((label, i) => label !== second[i]).length;
}

/** Seconds in the loops of every phase; `other` is the thread's remaining work, such as copies, starting and compiling. */
function printPhases(name: string, { first, phases = [] }: Measurement): void {
  process.stdout.write(`${name}: ${first.toFixed(3)} s with the clock on\n`);
  for (const { thread: _, ...parts } of phases) {
    const cells = Object.entries(parts).map(([phase, time]) => `${phase} ${time.toFixed(3)}`);
    process.stdout.write(`  ${cells.join("  ")}\n`);
  }
}

async function grow(): Promise<void> {
  for (const [name, crf] of Object.entries(KERNELS)) {
    process.stdout.write(
      `${name}, one thread\nclasses  megapixels  seconds      MB  ns per pixel and class  bytes per pixel and class\n`,
    );
    for (const classes of [7, 21, 50]) {
      for (const megapixels of values.megapixels.split(",").map(Number)) {
        const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
        const size = { height: Math.round((width * 3) / 4), width, classes };
        await writeProblem(size);
        const { first, peakBytes, baseBytes = 0 } = ours(size, crf, 1, 1);
        const values = size.height * size.width * classes;
        const cells = [classes, megapixels, first.toFixed(2), (peakBytes / 2 ** 20).toFixed(0)];
        const perValue = [((1e9 * first) / values).toFixed(0), ((peakBytes - baseBytes) / values).toFixed(1)];
        const widths = [7, 12, 9, 8, 24, 27];
        process.stdout.write(
          `${[...cells, ...perValue].map((cell, i) => String(cell).padStart(widths[i] ?? 0)).join("")}\n`,
        );
      }
    }
  }
}

function print(name: string, own: Measurement, base: Measurement | undefined): void {
  const cell = (key: "first" | "later" | "cpuSeconds" | "peakBytes", text: string): string =>
    base === undefined ? text : `${text} (x${(own[key] / base[key]).toFixed(2)})`;
  const cells = [
    cell("first", `first ${own.first.toFixed(2)} s`),
    cell("later", `later ${own.later.toFixed(2)} s`),
    cell("cpuSeconds", `CPU ${own.cpuSeconds.toFixed(2)} s`),
    cell("peakBytes", `${(own.peakBytes / 2 ** 20).toFixed(0)} MB`),
  ];
  process.stdout.write(`${name.padEnd(22)} ${cells.join("  ")}\n`);
}

try {
  process.stdout.write(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}\n`);
  await (values.growth ? grow() : compare());
} finally {
  rmSync(folder, { recursive: true });
}
