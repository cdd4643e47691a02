/** Trainings on several data sets, and such that end early, as a user starts them. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModelFile } from "../../src/weights/node.ts";
import { writeTinyVoc } from "../builders/tiny-voc.ts";
import { runDeconvnet } from "../harness/run-process.ts";
import { SETTINGS, trainCommand } from "./tiny-training.ts";

let folder: string;
let data: string;
let more: string;
let settings: string;
let next = 0;
const newRun = (): string => join(folder, `run-${next++}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mixed-"));
  [data, more] = [join(folder, "shapes"), join(folder, "more")];
  await writeTinyVoc(data, { side: 48 });
  await writeTinyVoc(more, { side: 48, seed: 2, photos: 4 });
  // The same values, other names: disc is none of the classes here, ring none of those.
  await writeFile(join(more, "classes.txt"), "background\nring\nsquare\ntriangle\n");
  settings = join(folder, "tiny.yaml");
  await writeFile(settings, SETTINGS);
});
afterAll(() => rm(folder, { recursive: true }));

describe("--data A --data B=0.5", () => {
  it("mixes the sets, classes mapped by name; the model names both; --resume knows the second", async () => {
    const path = newRun();
    const args = ["train", settings, "--data", data, "--data", `${more}=0.5`, "--run", path, "--set", "samples=12"];
    const { exit, stdout, stderr } = await runDeconvnet(args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain("9 photos, 4 classes: background, disc, square, triangle\n");
    expect(stdout).toContain("shapes: 6 photos, weight 1\n");
    expect(stdout).toContain("more: 3 photos, weight 0.5; counted as background: ring; not in the data set: disc\n");
    const { metadata } = await readModelFile(join(path, "last.safetensors"));
    expect(metadata.training?.dataSets).toEqual([
      { name: "shapes", split: "train", images: 6 },
      { name: "more", split: "train", images: 3 },
    ]);
    expect(await trainCommand(data, path, ["--resume"])).toMatchObject({ exit: 0, stderr: "" });
  });

  it("refuses a set with none of the classes", async () => {
    const other = join(folder, "other");
    await writeTinyVoc(other, { side: 48, photos: 4 });
    await writeFile(join(other, "classes.txt"), "background\na\nb\nc\n");
    const { exit, stderr } = await runDeconvnet([
      "train",
      settings,
      "--data",
      data,
      "--data",
      other,
      "--run",
      newRun(),
    ]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(
      /other: expected one of the classes disc, square, triangle, got background, a, b, c\. .*\n$/,
    );
  });
});

describe("a training that gets no better", () => {
  it("lowers its rate, ends early, keeps its best model, and is over when it is resumed", async () => {
    const path = newRun();
    // A rate of next to nothing: the first validation is the best.
    const sets = ["schedule.type=plateau", "schedule.patience=1", "schedule.gamma=0.5", "schedule.learningRate=1e-30"];
    const all = [...sets, "validation.every=8", "validation.patience=2", "average=0"];
    const { exit, stdout, stderr } = await trainCommand(data, path, [
      settings,
      ...all.flatMap((set) => ["--set", set]),
    ]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain("no better mean IoU in 1 validations: the rate falls to 5.00e-31\n");
    expect(stdout).toContain("no better mean IoU in 2 validations: the training ends at sample 24\n");
    expect(stdout).toContain(`done: 24 samples; model: ${path}/best.safetensors\n`);
    expect(await readdir(path)).toContain("checkpoint-0000000024.safetensors");
    const again = await trainCommand(data, path, ["--resume"]);
    expect(again.exit).toBe(0);
    expect(again.stdout).toContain(`done: 24 samples; model: ${path}/best.safetensors\n`);
  });

  it("needs validations", async () => {
    const args = [settings, "--set", "validation.patience=2", "--set", "data.val=none"];
    const { exit, stderr } = await trainCommand(data, newRun(), args);
    expect(exit).toBe(1);
    expect(stderr).toMatch(
      /expected validations for validation\.patience, got data\.val none and validation\.every 16\. .*\n$/,
    );
  });
});
