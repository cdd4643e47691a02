/** Trainings that are killed, interrupted or find damage, against one that is not: the same files to the bit. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomFor } from "../../src/tensor/index.ts";
import { writeTinyVoc } from "../builders/tiny-voc.ts";
import { TEST_SEED } from "../harness/seed.ts";
import { finalFiles, SETTINGS, STEPS, trainCommand, trainUntil } from "./tiny-training.ts";

let folder: string;
let data: string;
let settings: string;
let unbroken: Record<string, Buffer>;
let next = 0;
const newRun = (): string => join(folder, `run-${next++}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "resume-"));
  // The model file keeps the folder's name.
  data = join(folder, "shapes");
  await writeTinyVoc(data, { side: 48 });
  settings = join(folder, "tiny.yaml");
  await writeFile(settings, SETTINGS);
  const path = newRun();
  expect(await trainCommand(data, path, [settings])).toMatchObject({ exit: 0, stderr: "" });
  unbroken = await finalFiles(path);
  expect(Object.keys(unbroken)).toEqual([
    "best.safetensors",
    "checkpoint-0000000036.safetensors",
    "checkpoint-0000000048.safetensors",
    "last.safetensors",
    "results.csv",
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

async function resumeToEnd(path: string): Promise<string> {
  const { exit, stdout, stderr } = await trainCommand(data, path, ["--resume"]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(await finalFiles(path)).toEqual(unbroken);
  return stdout;
}

const random = randomFor(TEST_SEED, "cuts", 0);
const [first, second] = [random.integer(1, STEPS / 2), random.integer(STEPS / 2, STEPS + 1)] as const;

describe("a killed training, resumed, ends as the unbroken one", () => {
  it(`killed after step ${first}, then after step ${second}`, async () => {
    const path = newRun();
    expect((await trainUntil({ step: first }, data, path, false)).exit).toBe("SIGKILL");
    expect((await trainUntil({ step: second }, data, path, true)).exit).toBe("SIGKILL");
    expect(await resumeToEnd(path)).toContain("resumed at sample");
  });

  // Renames: args.yaml, checkpoint 0; pictures, report, pictures, pictures of three batches; checkpoint 12; then best, results,
  // evaluation, pictures, report, last of the validation at 16; checkpoint 24, ...
  it.each([3, 7, 8, 12, 13])("killed in the middle of writing file number %i", async (rename) => {
    const path = newRun();
    expect((await trainUntil({ rename }, data, path, false)).exit).toBe("SIGKILL");
    const halfWritten = async () => (await readdir(path, { recursive: true })).filter((name) => name.endsWith(".tmp"));
    expect((await halfWritten()).length).toBe(1);
    await resumeToEnd(path);
    expect(await halfWritten()).toEqual([]);
  });

  it("killed before its first checkpoint, it says how to start anew", async () => {
    const path = newRun();
    await trainUntil({ rename: 2 }, data, path, false);
    const { exit, stderr } = await trainCommand(data, path, ["--resume"]);
    expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: 1, lines: 2 });
    expect(stderr).toContain(`expected a whole checkpoint in ${path}, got none. Remove the folder and start anew.`);
  });
});

it("a damaged newest checkpoint is passed over, and said", async () => {
  const path = newRun();
  await trainUntil({ step: 8 }, data, path, false);
  const newest = join(path, "checkpoint-0000000024.safetensors");
  const bytes = await readFile(newest);
  bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 64;
  await writeFile(newest, bytes);
  const stdout = await resumeToEnd(path);
  expect(stdout).toMatch(new RegExp(`skipped ${newest}: readCheckpoint: .* The file is damaged\\.\n`));
  expect(stdout).toContain(`resumed at sample 12 from ${join(path, "checkpoint-0000000012.safetensors")}`);
});

it("Ctrl-C saves a checkpoint, says how to go on, and ends with 130; resumed it ends as the unbroken one", async () => {
  const path = newRun();
  let interrupted = false;
  const onOutput = (text: string, kill: (signal: NodeJS.Signals) => void): void => {
    if (interrupted || !text.includes("samples/s")) return;
    interrupted = true;
    kill("SIGINT");
  };
  const { exit, stdout, stderr } = await trainCommand(data, path, [settings], { onOutput });
  expect({ exit, stderr }).toEqual({ exit: 130, stderr: "deconvnet: interrupted\n" });
  expect(stdout).toContain("stopping: this step is finished and a checkpoint saved\n");
  const [, samples] =
    /stopped at sample (\d+); go on with: deconvnet train --data .* --run .* --resume\n$/.exec(stdout) ?? [];
  expect(Number(samples)).toBeLessThan(48);
  expect(await readdir(path)).toContain(`checkpoint-${samples?.padStart(10, "0")}.safetensors`);
  await resumeToEnd(path);
});

it("a finished run, resumed, stays as it is", async () => {
  const path = newRun();
  await trainCommand(data, path, [settings]);
  expect(await resumeToEnd(path)).toContain("resumed at sample 48");
});

describe("--resume refuses", () => {
  it("other data", async () => {
    const path = newRun();
    await trainUntil({ step: 2 }, data, path, false);
    const other = join(folder, "other", "shapes");
    await writeTinyVoc(other, { side: 48, seed: 2 });
    const { exit, stderr } = await trainCommand(other, path, ["--resume"]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(
      /--resume: expected the data that the run began with \(fingerprint [0-9a-f]{12}\), got others/,
    );
  });

  it("settings, which the run has already", async () => {
    const { exit, stderr } = await trainCommand(data, newRun(), ["--resume", "--set", "seed=2"]);
    expect(exit).toBe(2);
    expect(stderr).toBe(
      "deconvnet: train: expected no settings with --resume, for the run has its own, got seed=2. Leave them out.\n",
    );
  });

  it("a folder without a run", async () => {
    const { exit, stderr } = await trainCommand(data, newRun(), ["--resume"]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/expected the folder of a run \(with args\.yaml\) to resume, got .*run-\d+\.\n$/);
  });
});
