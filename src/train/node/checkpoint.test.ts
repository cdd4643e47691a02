import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BackendError, FormatError } from "../../errors.ts";
import type { Tensor } from "../../onnx/index.ts";
import type { TrainerState } from "../step-host.ts";
import { type Checkpoint, readNewestCheckpoint, writeCheckpoint } from "./checkpoint.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkpoints-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const tensor = (...values: number[]): Tensor => ({
  type: "float32",
  shape: [1, values.length],
  data: Float32Array.from(values),
});

function checkpoint(samples: number, value = samples): Checkpoint {
  const state: TrainerState = {
    step: samples / 2,
    parameters: new Map([
      ["conv/1.weight", tensor(value, -0, 1e-42)],
      ["conv/1.bias", tensor(2)],
    ]),
    solver: new Map([["conv/1.weight", [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, value)]]]),
    average: new Map([["conv/1.weight", Float32Array.of(7, 8, 9)]]),
  };
  return { state, position: { samples, start: 2, validatedAt: 4, bestMeanIoU: 0.25, data: "abc" } };
}

const names = async (): Promise<string[]> => (await readdir(folder)).sort();

describe("checkpoints", () => {
  it("give back what was written, to the bit", async () => {
    const written = checkpoint(6);
    const path = await writeCheckpoint(folder, written);
    const read = await readNewestCheckpoint(folder);
    expect(read).toEqual({ ...written, path, skipped: [] });
    expect(Object.is(read.state.parameters.get("conv/1.weight")?.data[1], -0)).toBe(true);
  });

  it("are two at most: the newest and the one before", async () => {
    for (const samples of [0, 8, 90, 1000]) await writeCheckpoint(folder, checkpoint(samples));
    expect(await names()).toEqual(["checkpoint-0000000090.safetensors", "checkpoint-0000001000.safetensors"]);
    expect((await readNewestCheckpoint(folder)).position.samples).toBe(1000);
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ["a flipped bit in a number", (path) => flip(path, -3)],
    ["a flipped bit in the header", (path) => flip(path, 60)],
    ["the end missing", (path) => truncate(path, 200)],
    ["nothing in it", (path) => writeFile(path, "")],
  ])("are passed over if damaged: %s", async (_, damage) => {
    await writeCheckpoint(folder, checkpoint(10));
    const newest = await writeCheckpoint(folder, checkpoint(20));
    await damage(newest);
    const found = await readNewestCheckpoint(folder);
    expect(found.position.samples).toBe(10);
    expect(found.skipped.map(({ path }) => path)).toEqual([newest]);
    expect(found.skipped[0]?.reason).toContain(newest);
  });

  it("say so if the sample number was changed: the checksum covers the metadata", async () => {
    const path = await writeCheckpoint(folder, checkpoint(1234));
    const bytes = await readFile(path, "latin1");
    await writeFile(path, bytes.replace('\\"samples\\":1234', '\\"samples\\":1239'), "latin1");
    await expect(readNewestCheckpoint(folder)).rejects.toThrow(/expected a whole checkpoint .* 1 damaged: .* checksum/);
  });

  it("replace damaged ones that are newer, once the run has gone on from an older one", async () => {
    await writeCheckpoint(folder, checkpoint(10));
    await flip(await writeCheckpoint(folder, checkpoint(30)), -3);
    await writeCheckpoint(folder, checkpoint(20));
    expect(await names()).toEqual(["checkpoint-0000000010.safetensors", "checkpoint-0000000020.safetensors"]);
  });

  it("are refused if there is none", async () => {
    await writeFile(join(folder, "checkpoint-x.safetensors"), "");
    await expect(readNewestCheckpoint(folder)).rejects.toThrow(FormatError);
    await expect(readNewestCheckpoint(folder)).rejects.toThrow("got none. Remove the folder and start anew.");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "are not written with %d in them: the one before stays",
    async (value) => {
      await writeCheckpoint(folder, checkpoint(10));
      const writing = writeCheckpoint(folder, checkpoint(20, value));
      await expect(writing).rejects.toThrow(BackendError);
      await expect(writing).rejects.toThrow(`at sample 20, got ${value} in "parameter/conv/1.weight"`);
      expect((await readNewestCheckpoint(folder)).position.samples).toBe(10);
      expect((await names()).length).toBe(1);
    },
  );

  it("stay if the disk is full", async () => {
    await writeCheckpoint(folder, checkpoint(10));
    const handle = await open(folder, "r");
    await handle.close();
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    vi.spyOn(Object.getPrototypeOf(handle), "write").mockRejectedValueOnce(full);
    await expect(writeCheckpoint(folder, checkpoint(20))).rejects.toThrow("a full disk (ENOSPC)");
    expect(await names()).toEqual(["checkpoint-0000000010.safetensors"]);
    expect((await readNewestCheckpoint(folder)).skipped).toEqual([]);
  });
});

/** Flips a bit; a negative position counts from the end. */
async function flip(path: string, position: number): Promise<void> {
  const bytes = await readFile(path);
  const at = position < 0 ? bytes.length + position : position;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
