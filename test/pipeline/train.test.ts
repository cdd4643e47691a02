/** Trainings on a folder in VOC format, as a user starts them. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeLabelMap, encodeLabelMap, labelMap } from "../../src/labels/index.ts";
import { readModelFile, writeModelFile } from "../../src/weights/node.ts";
import { tinyModel } from "../builders/tiny-model.ts";
import { writeTinyVoc } from "../builders/tiny-voc.ts";
import { COMMAND, run, runDeconvnet } from "../harness/run-process.ts";
import { fullDisk } from "./full-disk.ts";
import { SETTINGS, trainCommand } from "./tiny-training.ts";

let folder: string;
let data: string;
let settings: string;
let next = 0;
const newRun = (): string => join(folder, `run-${next++}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "train-"));
  data = join(folder, "shapes");
  await writeTinyVoc(data, { side: 48 });
  settings = join(folder, "tiny.yaml");
  await writeFile(settings, SETTINGS);
});
afterAll(() => rm(folder, { recursive: true }));

it.each(["cosine", "plateau"])("a last batch that goes beyond the length is validated: %s", async (type) => {
  const sets = ["--set", "samples=18", "--set", `schedule.type=${type}`];
  const { exit, stdout, stderr } = await trainCommand(data, newRun(), [settings, ...sets]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(stdout).toMatch(/\nvalidation at 20: /);
  expect(stdout).toMatch(/\ndone: 20 samples; model: /);
});

/** Expects a failure that leaves nothing behind. */
async function fails(args: readonly string[], exit: number, message: RegExp): Promise<void> {
  const path = newRun();
  const finished = await trainCommand(data, path, args);
  expect(finished.stderr).toMatch(message);
  expect(finished.stderr.trimEnd()).not.toContain("\n");
  expect(finished.exit).toBe(exit);
  await expect(readdir(path)).rejects.toThrow("ENOENT");
}

describe("a training", () => {
  let path: string;
  let stdout: string;
  beforeAll(async () => {
    path = newRun();
    const sets = ["--set", "data.wanted=[background, disc, square]", "--set", "samples=20"];
    const finished = await trainCommand(data, path, [settings, ...sets]);
    expect(finished).toMatchObject({ exit: 0, stderr: "" });
    stdout = finished.stdout;
  });

  it("says what it does in plain lines", () => {
    expect(stdout).toMatch(/^6 photos, 3 classes: background, disc, square\ncounted as background: triangle\n/);
    expect(stdout).toMatch(
      /4\/20 samples {2}loss \d\.\d{4} {2}rate 1\.25e-3 {2}[\d.]+ samples\/s {2}reader [\d.]+ % {2}left \d+ s {2}memory 0\.\d\d GB\n/,
    );
    expect(stdout).toMatch(
      /validation at 16: mean IoU [\d.]+ % \(best\); background [\d.]+ %, disc [\d.]+ %, square [\d.]+ %\n/,
    );
    expect(stdout).toContain(`done: 20 samples; model: ${path}/best.safetensors\n`);
    expect(stdout).not.toContain("\u001b");
  });

  it("leaves settings, log, results, checkpoints and models", async () => {
    expect((await readdir(path)).sort()).toEqual([
      "args.yaml",
      "best.safetensors",
      "checkpoint-0000000012.safetensors",
      "checkpoint-0000000020.safetensors",
      "evaluation.json",
      expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.deconvnet$/),
      "last.safetensors",
      "log.jsonl",
      "report.html",
      "results.csv",
      "samples",
    ]);
    const log = (await readFile(join(path, "log.jsonl"), "utf8")).trimEnd().split("\n");
    const entries = log.map((line) => JSON.parse(line) as { type: string; samples: number });
    expect(entries.filter(({ type }) => type === "validation").map(({ samples }) => samples)).toEqual([16, 20]);
    expect(entries.slice(0, 2)).toMatchObject([
      { type: "start", samples: 0 },
      { type: "step", step: 1, samples: 4, total: 20 },
    ]);
    expect(entries.at(-1)).toMatchObject({ type: "end", samples: 20, finished: true });
    const [header, ...rows] = (await readFile(join(path, "results.csv"), "utf8")).trimEnd().split("\n");
    expect(header).toBe("samples,meanIoU,background,disc,square");
    expect(rows.map((row) => row.split(",").length)).toEqual([5, 5]);
  });

  it("writes a model that knows where it comes from, and no path", async () => {
    const { metadata } = await readModelFile(join(path, "last.safetensors"));
    expect(metadata).toMatchObject({
      contents: "net",
      architecture: "deconvnet",
      classNames: ["background", "disc", "square"],
      evaluationSize: 32,
      training: {
        dataSets: [{ name: "shapes", split: "train", images: 6 }],
        seed: 5,
        samples: 20,
        details: { from: "none", batch: 2, accumulate: 2, totalSamples: 20, others: "background" },
      },
    });
    expect(JSON.stringify(metadata)).not.toContain(folder);
  });

  it("goes on from its exported model at the sample number, with a warm-up, once there is something left", async () => {
    const model = join(path, "last.safetensors");
    const sets = ["--set", "data.wanted=[background, disc, square]"];
    const again = newRun();
    const { exit, stdout } = await trainCommand(data, again, [settings, ...sets, "--continue", model]);
    expect(exit).toBe(0);
    expect(stdout).toContain("goes on at sample 20 of 48\n");
    // Half of the warm-up of 8 samples, on the way down of the cosine from 0.01.
    const [, samples, rate] = /(\d+)\/48 samples {2}loss [\d.]+ {2}rate ([\de.-]+)/.exec(stdout) ?? [];
    expect(samples).toBe("24");
    expect(Number(rate)).toBeGreaterThan(0.0005);
    expect(Number(rate)).toBeLessThan(0.001);
    const { metadata } = await readModelFile(join(again, "last.safetensors"));
    expect(metadata.training).toMatchObject({ samples: 48, details: { from: "sample 20" } });
    await fails(
      [settings, ...sets, "--set", "samples=20", "--continue", model],
      1,
      /expected a training of more than the 20 samples that .*last\.safetensors has seen, got 20\. Raise it: --set samples=40\n$/,
    );
  });

  it("does not touch a run that is there", async () => {
    const before = await readFile(join(path, "last.safetensors"));
    const { exit, stderr } = await trainCommand(data, path, [settings]);
    expect(exit).toBe(1);
    expect(stderr).toBe(
      `deconvnet: RunFolder: expected a new folder for the run, got ${path}, which exists. Pass --resume to go on, or another --run.\n`,
    );
    expect(await readFile(join(path, "last.safetensors"))).toEqual(before);
  });
});

it("numbers that are no more numbers end the training with the layer's name; the last good checkpoint stays", async () => {
  const path = newRun();
  const sets = ["--set", "schedule.learningRate=1e30", "--set", "checkpoint=4"];
  const { exit, stdout, stderr } = await trainCommand(data, path, [settings, ...sets]);
  expect(exit).toBe(1);
  expect(stderr).toMatch(/^deconvnet: .*(NaN|Infinity).*"[^"]*(conv|score|deconv)[^"]*".*\n$/);
  const report = await readFile(join(path, "report.html"), "utf8");
  expect(report).toMatch(/<p class="error">[^<]*(NaN|Infinity)[^<]*<\/p>.*<span>failed</);
  const [, saved] = /the last good checkpoint is that of sample (\d+)\n/.exec(stdout) ?? [];
  const { exit: resumed, stdout: lines } = await trainCommand(data, path, ["--resume"]);
  expect(resumed).toBe(1);
  expect(lines).toContain(`resumed at sample ${saved} from`);
});

it("a full disk is one line; what was there before stays", async () => {
  const path = newRun();
  // args.yaml and the first checkpoint fit.
  const args = ["--import", fullDisk(await writesOfFirstCheckpoint()), COMMAND, "train", settings, "--data", data];
  const { exit, stderr } = await run(process.execPath, [...args, "--run", path]);
  expect({ exit, stderr }).toEqual({
    exit: 1,
    stderr: expect.stringMatching(
      /^deconvnet: writeSafetensors: expected room for \d+ bytes, got a full disk \(ENOSPC\) while writing .*checkpoint-0000000012\.safetensors\. Free space or choose another folder; a file that was there before is unchanged\.\n$/,
    ),
  });
  expect((await readdir(path)).sort().filter((name) => /safetensors|tmp|html/.test(name))).toEqual([
    "checkpoint-0000000000.safetensors",
  ]);
  expect((await trainCommand(data, path, ["--resume"])).exit).toBe(0);
});

/** Writes of a run up to its first checkpoint: one for the settings, one for the header, one for each tensor. */
async function writesOfFirstCheckpoint(): Promise<number> {
  const path = newRun();
  await trainCommand(data, path, [settings, "--set", "samples=1"]);
  const header = JSON.parse(
    (await runDeconvnet(["info", "--json", join(path, "checkpoint-0000000004.safetensors")])).stdout,
  ) as {
    tensors: unknown[];
  };
  return 2 + header.tensors.length;
}

describe("wrong usage is one line and exit 2", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["an unknown setting", ["--set", "sampels=3"], /^deconvnet: .*got "sampels"\. Did you mean "samples"\?\n$/],
    ["an unknown option", ["--resum"], /^deconvnet: unknown option '--resum' \(Did you mean --resume\?\)\n$/],
    ["a value out of range", ["--set", "batch=0"], /^deconvnet: .*--set batch=0: batch: .*got 0\.\n$/],
  ])("%s", async (_, args, message) => {
    await fails(args, 2, message);
  });

  it("a settings file with a mistake on a line", async () => {
    const bad = join(folder, "bad.yaml");
    await writeFile(bad, "seed: 1\nschedule:\n  learningrate: 3\n");
    await fails(
      [bad],
      2,
      /bad\.yaml, line 3: expected a known key, got "schedule\.learningrate"\. Did you mean "schedule\.learningRate"\?\n$/,
    );
  });
});

describe("what cannot be used is one line and exit 1, and leaves no run", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["a settings file that is not there", ["no.yaml"], /expected a settings file at no\.yaml, got: ENOENT/],
    [
      "a split that is not there",
      ["--set", "data.train=tests"],
      /expected a split "tests".*got only train, trainval, val/,
    ],
    ["a model that is not there", ["--from", "no.safetensors"], /got no such file at no\.safetensors/],
    ["a size that nothing can be scored at", ["--set", "validation.size=65536"], /Segmenter: .*at 65536 px/],
    [
      "classes without the background",
      ["--set", "data.wanted=[disc, square]"],
      /expected "background" as the first of the wanted classes/,
    ],
    ["classes that weigh nothing", ["--set", "loss.classWeights=[0, 0, 0, 0]"], /4 numbers of at least 0, not all/],
    [
      "too few images for batch norm",
      ["--set", "batch=1", "--set", "model.options.fcWidth=4"],
      /expected at least 2 values a channel for batch norm at "bnfc6", got 1 \(1 image of 1 px\)/,
    ],
  ])("%s", async (_, args, message) => {
    await fails(args[0]?.startsWith("--") ? [settings, ...args] : args, 1, message);
  });

  it("a model of other layers", async () => {
    const model = join(folder, "tiny.safetensors");
    await writeModelFile(model, tinyModel());
    const args = [settings, "--from", model, "--set", "model.options.widths=[4,4,6,8,9]"];
    await fails(args, 1, /expected the \d+ tensors of the network, got \d+ that fit from .*tiny\.safetensors/);
  });

  it("a model of another architecture", async () => {
    const { metadata, tensors } = tinyModel();
    const model = join(folder, "fcn.safetensors");
    await writeModelFile(model, { metadata: { ...metadata, architecture: "fcn8s" }, tensors });
    await fails([settings, "--from", model], 1, /expected a model of the architecture "deconvnet", got "fcn8s"/);
  });

  it("a model without a sample number to continue", async () => {
    const model = join(folder, "tiny.safetensors");
    await writeModelFile(model, tinyModel());
    await fails(
      [settings, "--continue", model, "--set", "model.options.decoderLayers=[3,3,3,2,2]"],
      1,
      /expected a model file with training\.samples in its metadata, got none/,
    );
  });

  it("a label map of another size, with a value that is no class, cut off; with --map the value has one", async () => {
    const broken = join(folder, "broken", "shapes");
    await writeTinyVoc(broken, { side: 48 });
    const labels = join(broken, "SegmentationClass", "shapes_0003.png");
    const whole = await readFile(labels);
    for (const [bytes, message] of [
      [
        encodeLabelMap(labelMap(new Uint8Array(48 * 36).fill(9), 48, 36)),
        /expected label values 0 to 3 and void 255, got 9 \(1728 pixels\) in 1 label maps: .*shapes_0003\.png\. Map values, e\.g\. --map 9=1/,
      ],
      [encodeLabelMap(labelMap(new Uint8Array(36 * 48), 36, 48)), /shapes_0003\.png \(48x36 for 36x48\)\. Draw/],
      [whole.subarray(0, 150), /got 1 damaged files: .*shapes_0003\.png\. The first: .* cut off at 150 bytes\. Copy/],
    ] as const) {
      await writeFile(labels, bytes);
      const path = newRun();
      const { exit, stderr } = await trainCommand(broken, path, [settings]);
      expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: 1, lines: 2 });
      expect(stderr).toMatch(message);
      await expect(readdir(path)).rejects.toThrow("ENOENT");
    }
    await writeFile(labels, encodeLabelMap(labelMap(new Uint8Array(48 * 36).fill(9), 48, 36)));
    const { exit, stdout } = await trainCommand(broken, newRun(), [settings, "--map", "9=1", "--set", "samples=4"]);
    expect(exit).toBe(0);
    expect(stdout).toContain("\nwarning: expected at least 20 photos in train, got 6: ");
  });

  it("masks of 0 and 255 that nothing can be learnt from", async () => {
    const binary = join(folder, "binary");
    await writeTinyVoc(binary, { side: 48 });
    for (const name of await readdir(join(binary, "SegmentationClass"))) {
      const path = join(binary, "SegmentationClass", name);
      const { data, height, width } = decodeLabelMap(await readFile(path), name);
      await writeFile(
        path,
        encodeLabelMap(
          labelMap(
            data.map((value) => (value === 0 ? 0 : 255)),
            height,
            width,
          ),
        ),
      );
    }
    const { exit, stderr } = await trainCommand(binary, newRun(), [settings]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^deconvnet: openTrainingData: .*did you mean \{0, 1\}\? Pass --map 255=1\.\n$/);
  });

  it("an empty folder, and none", async () => {
    const empty = join(folder, "empty");
    await mkdir(empty);
    for (const [path, message] of [
      [empty, /expected a data set, got the empty folder/],
      [join(folder, "none"), /expected a folder, got .*none, which does not exist/],
    ] as const) {
      const { exit, stderr } = await trainCommand(path, newRun(), [settings]);
      expect(exit).toBe(1);
      expect(stderr).toMatch(message);
    }
  });
});
