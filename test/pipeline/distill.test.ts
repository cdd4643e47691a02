/** Trainings with a teacher, as a user starts them. */
import { copyFile, mkdir, mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModelFile, readSafetensors } from "../../src/weights/node.ts";
import { TINY_TEACHER_YAML, writeTinyTeacher } from "../builders/tiny-teacher.ts";
import { writeTinyVoc } from "../builders/tiny-voc.ts";
import { finalFiles, SETTINGS, trainCommand, trainUntil } from "./tiny-training.ts";

let folder: string;
let data: string;
let settings: string;
let teacher: string;
let next = 0;
const newRun = (): string => join(folder, `run-${next++}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "distill-"));
  data = join(folder, "shapes");
  await writeTinyVoc(data, { side: 48 });
  settings = join(folder, "tiny.yaml");
  await writeFile(settings, SETTINGS);
  teacher = await writeTinyTeacher(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe("a training with a teacher", () => {
  let path: string;
  let unbroken: Record<string, Buffer>;
  beforeAll(async () => {
    path = newRun();
    const { exit, stderr, stdout } = await trainCommand(data, path, [settings, "--teacher", teacher]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain("teacher one convolution at 40 px: scores, deconv4_3 from features\n");
    unbroken = await finalFiles(path);
  });

  it("keeps the adapter in the checkpoint, with its solver state and average, and not in the model", async () => {
    const checkpoint = await readSafetensors(join(path, "checkpoint-0000000048.safetensors"));
    const kinds = ["parameter", "solver/0", "solver/1", "average"];
    for (const kind of kinds) {
      expect(checkpoint.tensors.get(`${kind}/adapter/deconv4_3.weight`)?.data.length).toBe(6 * 6);
      expect(checkpoint.tensors.get(`${kind}/adapter/deconv4_3.bias`)?.data.length).toBe(6);
    }
    for (const name of ["best", "last"]) {
      const model = await readModelFile(join(path, `${name}.safetensors`));
      expect([...model.tensors.keys()].filter((key) => key.includes("adapter"))).toEqual([]);
    }
  });

  it("logs the parts that the loss is the sum of", async () => {
    const lines = (await readFile(join(path, "log.jsonl"), "utf8")).trimEnd().split("\n");
    const { loss, lossParts } = lines.map((line) => JSON.parse(line)).find(({ type }) => type === "step");
    const parts: Record<string, number> = lossParts;
    expect(Object.keys(parts)).toEqual(["labels", "teacher scores", "teacher deconv4_3"]);
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(loss, 5);
  });

  it("writes a model that names its teacher", async () => {
    const { metadata } = await readModelFile(join(path, "last.safetensors"));
    expect(metadata.training?.details?.["teacher"]).toEqual({
      name: "one convolution",
      license: "none",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      size: 40,
      scores: 1,
      temperature: 1.5,
      features: 1,
      layers: { deconv4_3: "features" },
    });
    expect(JSON.stringify(metadata)).not.toContain(folder);
  });

  it.each([3, 7])("killed after step %i and resumed, ends as the unbroken one", async (step) => {
    const again = newRun();
    const taught = `${SETTINGS}\ndistill: {teacher: ${teacher}}\n`;
    expect((await trainUntil({ step }, data, again, false, taught)).exit).toBe("SIGKILL");
    expect(await trainCommand(data, again, ["--resume"])).toMatchObject({ exit: 0, stderr: "" });
    expect(await finalFiles(again)).toEqual(unbroken);
  });

  it("is the same without reader threads, and another one than without a teacher", async () => {
    const [alone, plain] = [newRun(), newRun()];
    await trainCommand(data, alone, [settings, "--teacher", teacher, "--set", "workers=0"]);
    expect(await finalFiles(alone)).toEqual(unbroken);
    await trainCommand(data, plain, [settings]);
    expect((await finalFiles(plain))["results.csv"]).not.toEqual(unbroken["results.csv"]);
  });

  it("is refused with another teacher when it is resumed", async () => {
    const [again, home] = [newRun(), join(folder, "moving")];
    await mkdir(home);
    const moving = await writeTinyTeacher(home);
    await trainUntil({ step: 3 }, data, again, false, `${SETTINGS}\ndistill: {teacher: ${moving}}\n`);
    await writeTinyTeacher(home, TINY_TEACHER_YAML, 2);
    const { exit, stderr } = await trainCommand(data, again, ["--resume"]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^deconvnet: --resume: expected the teacher that the run began with .*\n$/);
  });

  it("goes on from its model with new adapters", async () => {
    const model = join(path, "last.safetensors");
    const args = [settings, "--teacher", teacher, "--continue", model, "--set", "samples=52"];
    expect(await trainCommand(data, newRun(), args)).toMatchObject({ exit: 0, stderr: "" });
  });
});

it("photos without label maps take part with a teacher, and are missing files without", async () => {
  const half = join(folder, "half");
  await writeTinyVoc(half, { side: 48 });
  for (const id of [0, 1, 2]) await unlink(join(half, "SegmentationClass", `shapes_000${id}.png`));
  const taught = await trainCommand(half, newRun(), [settings, "--teacher", teacher]);
  expect(taught).toMatchObject({ exit: 0, stderr: "" });
  expect(taught.stdout).toContain("6 photos (3 without label map), 4 classes: background, disc, square, triangle\n");
  const { exit, stderr } = await trainCommand(half, newRun(), [settings]);
  expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: 1, lines: 2 });
  expect(stderr).toContain("expected a label map for each of 6 ids");
});

it("photos without any label map teach by the teacher alone", async () => {
  const bare = join(folder, "bare");
  await writeTinyVoc(bare, { side: 48 });
  await rm(join(bare, "SegmentationClass"), { recursive: true });
  await mkdir(join(bare, "SegmentationClass"));
  const args = [settings, "--teacher", teacher, "--set", "data.val=none", "--set", "data.train=all"];
  const { exit, stderr, stdout } = await trainCommand(bare, newRun(), args);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(stdout).toContain("8 photos (8 without label map)");
  expect(stdout).toMatch(/loss [1-9]/);
});

describe("a bad teacher is one line", () => {
  const yaml = (from: string, to: string): string => TINY_TEACHER_YAML.replace(from, to);
  it.each<[string, string, readonly string[], RegExp]>([
    ["no description", "", [], /--teacher: expected the teacher's description at .*teacher\.yaml, got: ENOENT/],
    ["no YAML", "input: [", [], /teacher\.yaml, line 1: expected YAML, got: /],
    [
      "an unknown key",
      yaml("license", "licence"),
      [],
      /teacher\.yaml, line 3: licence: expected a known key \(name, license, /,
    ],
    ["a size of 0", yaml("size: 40", "size: 0"), [], /teacher\.yaml, line 4: input\.size: .*got 0\./],
    [
      "a size that the model does not take",
      yaml("size: 40", "size: 41"),
      [],
      /--teacher: .*teacher\.onnx: expected one that takes "image" as float32 \[1, 3, 41, 41\], got: run: /,
    ],
    ["another input", yaml("name: image", "name: photo"), [], /expected the model's only input \(image\), got "photo"/],
    ["another output", yaml("scores: scores", "scores: s"), [], /outputs of the model \(scores, features\), got "s"/],
    ["too few classes", yaml(", star", ""), [], /classes: expected 5 names, .* got 4\./],
    ["a class it does not know", yaml("disc", "disk"), [], /a teacher that knows all classes, got .* for disc\./],
    [
      "another layer",
      yaml("deconv4_3", "deconv4_4"),
      [],
      /expected a layer of "deconvnet" .*, got "deconv4_4"\. The layers: conv1_1, /,
    ],
    ["weights of 0", TINY_TEACHER_YAML, ["--set", "distill.scores=0", "--set", "distill.features=0"], /got neither in/],
  ])("%s", async (_, text, args, message) => {
    const home = await mkdtemp(join(folder, "bad-"));
    const model = await writeTinyTeacher(home, text);
    const { exit, stderr } = await trainCommand(data, newRun(), [settings, "--teacher", model, ...args]);
    expect(stderr).toMatch(message);
    expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: 1, lines: 2 });
  });

  it("no model, or bytes that are none", async () => {
    const home = await mkdtemp(join(folder, "bad-"));
    const model = join(home, "teacher.onnx");
    const run = () => trainCommand(data, newRun(), [settings, "--teacher", model]);
    expect((await run()).stderr).toMatch(
      /^deconvnet: --teacher: expected an ONNX model at .*teacher\.onnx, got: ENOENT.*\n$/,
    );
    await copyFile(join(folder, "teacher.yaml"), join(home, "teacher.yaml"));
    await writeFile(model, await readFile(settings));
    expect((await run()).stderr).toMatch(
      /^deconvnet: --teacher: .*teacher\.onnx: expected an ONNX model, got: createSession: expected a model that ONNX Runtime loads.*\n$/,
    );
  });
});
