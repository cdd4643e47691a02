/** A network that does not fit: one line with what would fit, before anything is read or written. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeSampleSet } from "../../src/data/node.ts";
import { COMMAND, type Finished, run, runDeconvnet } from "../harness/run-process.ts";

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deconvnet-memory-"));
  await writeSampleSet(join(folder, "data"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command on a machine with so much free memory. */
function runWith(bytes: number, args: readonly string[]): Promise<Finished> {
  const limit = `data:text/javascript,process.availableMemory=()=>${bytes}`;
  return run(process.execPath, ["--import", limit, COMMAND, ...args]);
}

function expectLine({ exit, stderr }: Finished, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(exit).toBe(1);
}

const NEED =
  /need at most the 0\.\d GB that are free, got an estimate of \d\.\d GB \(.* for parameters, .* for activations with a batch of/;

test("segment and evaluate: the largest batch, else the largest size, else another network", async () => {
  const segment = (bytes: number, ...more: string[]): Promise<Finished> =>
    runWith(bytes, ["segment", "examples/photos/kitten.jpg", "--out", join(folder, "out"), ...more]);
  expectLine(await segment(300e6, "--size", "512"), NEED);
  expectLine(await segment(300e6, "--size", "512"), /Use a batch of 1 and a size of at most \d+ px\.\n$/);
  expectLine(await segment(100e6), /Use a smaller network, such as the compact one of the package\.\n$/);
  expectLine(
    await runWith(350e6, ["evaluate", "--data", join(folder, "data"), "--split", "train", "--size", "256"]),
    /Use a batch of (at most \d|1 and a size of at most \d+ px)\.\n$/,
  );
  expect(readdirSync(folder)).toEqual(["data"]);
});

test("train: the largest batch, else the largest crop, else the other preset; no folder is left", async () => {
  const train = (bytes: number, ...sets: string[]): Promise<Finished> =>
    runWith(bytes, [
      ...["train", "--data", join(folder, "data"), "--run", join(folder, "run")],
      ...["--set", "from=none", ...sets.flatMap((set) => ["--set", set])],
    ]);
  expectLine(
    await train(700e6),
    /^deconvnet: train: expected "the compact preset" to need at most .*Use a batch of at most \d+\.\n$/,
  );
  expectLine(
    await train(350e6, "batch=1", "model.options.inputSize=512"),
    /Use a batch of 1 and a size of at most \d+ px\.\n$/,
  );
  expectLine(await train(700e6, "model.preset=paper"), /Use --set model\.preset=compact\.\n$/);
  expect(readdirSync(folder)).toEqual(["data"]);
});

test("info says what a network needs", async () => {
  const { exit, stdout } = await runDeconvnet(["info", join("models", "compact.safetensors")]);
  expect(exit).toBe(0);
  expect(stdout).toMatch(
    /memory to segment with tiles of \d+ px: about 0\.\d\d GB with a batch of 1, 0\.\d\d GB with a batch of 8\n$/,
  );
});
