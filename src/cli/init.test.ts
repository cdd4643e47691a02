/** `deconvnet init`, `config` and `data sample`, `data import`, in this process. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { drawShapes, writeTinyVoc } from "../../test/builders/tiny-voc.ts";
import { encodePhoto } from "../image/node.ts";
import { encodeLabelMap, labelMap } from "../labels/index.ts";
import { readTrainConfig } from "../train/node.ts";
import { COMMANDS } from "./commands.ts";
import { runCommandLine } from "./run-command-line.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "init-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  const exit = await runCommandLine(args, COMMANDS, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text), isTTY: false },
    signal: new AbortController().signal,
  });
  return { exit, stdout, stderr: stderr.replace(/^\d+\/\d+ photos\n/gm, "") };
}

/** A plain folder of masks of 0 and 255, without lists. */
async function writeMasks(): Promise<string> {
  const root = join(folder, "masks");
  for (const name of ["images", "labels"]) await mkdir(join(root, name), { recursive: true });
  await writeFile(join(root, "classes.txt"), "background\nshape\n");
  for (let index = 0; index < 5; index++) {
    const { image, labels } = drawShapes(1, index, 32);
    const mask = labels.data.map((value) => (value === 0 ? 0 : 255));
    await writeFile(join(root, "images", `${index}.jpg`), await encodePhoto(image, "jpeg"));
    await writeFile(join(root, "labels", `${index}.png`), encodeLabelMap(labelMap(mask, image.height, image.width)));
  }
  return root;
}

describe("init", () => {
  it("writes settings that are read, for the splits and classes of the folder, and not over others", async () => {
    const root = join(folder, "shapes");
    await writeTinyVoc(root, { seed: 2, side: 32 });
    const { exit, stdout, stderr } = await run("init", root);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const path = join(root, "deconvnet.yaml");
    expect(stdout).toContain("warning: expected at least 20 photos in train, got 6: ");
    expect(stdout).toMatch(new RegExp(`\n${path} written; next: deconvnet train ${path} --data ${root}\n$`));
    const text = await readFile(path, "utf8");
    expect(text).toMatch(/^# Settings for training on 6 photos with 4 classes\./);
    expect(parse(text)).toEqual({
      data: { classes: ["background", "disc", "square", "triangle"], train: "train", val: "val" },
      from: "embedded",
      samples: 2000,
      validation: { every: 400 },
      checkpoint: 200,
    });
    expect(readTrainConfig(text, [], path).samples).toBe(2000);
    await writeFile(path, "mine");
    expect(await run("init", root)).toMatchObject({
      exit: 1,
      stderr: `deconvnet: init: expected no file at ${path}, got one. Pass --force to write over it, or --out FILE.\n`,
    });
    expect(await readFile(path, "utf8")).toBe("mine");
    expect((await run("init", root, "--out", join(folder, "other.yaml"))).exit).toBe(0);
    expect((await run("init", root, "--force")).exit).toBe(0);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("draws lists where there are none, and maps 255 where it is the only class", async () => {
    const root = await writeMasks();
    const { exit, stdout } = await run("init", root);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^lists drawn: 4 photos to train on, 1 to validate on \(train\.txt and val\.txt in .*\)\n/);
    expect(stdout).toContain('\nthe values of the label maps speak for the map 255=1 (data.map); class 1 is "shape"\n');
    expect(stdout).not.toContain("error");
    expect((await readdir(root)).sort()).toEqual([
      "classes.txt",
      "deconvnet.yaml",
      "images",
      "labels",
      "train.txt",
      "val.txt",
    ]);
    expect(parse(await readFile(join(root, "deconvnet.yaml"), "utf8"))).toMatchObject({
      data: { classes: ["background", "shape"], map: ["255=1"], train: "train", val: "val" },
    });
  });

  it("maps labels that count from 1, and nothing that could mean anything", async () => {
    const root = join(folder, "shapes");
    await writeTinyVoc(root, { seed: 2, side: 32 });
    const relabel = async (change: (value: number) => number): Promise<void> => {
      for (let index = 0; index < 8; index++) {
        const { image, labels } = drawShapes(2, index, 32);
        const changed = labelMap(labels.data.map(change), image.height, image.width);
        await writeFile(join(root, "SegmentationClass", `shapes_000${index}.png`), encodeLabelMap(changed));
      }
    };
    const map = async (): Promise<unknown> => {
      const { stdout } = await run("init", root, "--force");
      const { data } = parse(await readFile(join(root, "deconvnet.yaml"), "utf8")) as { data: { map?: unknown } };
      return { map: data.map, ok: !stdout.includes("error") && stdout.includes("next: deconvnet train") };
    };
    await relabel((value) => (value === 255 ? 255 : value + 1));
    expect(await map()).toEqual({ map: ["1=0,2=1,3=2,4=3"], ok: true });
    await relabel((value) => (value === 3 ? 37 : value));
    expect(await map()).toEqual({ map: undefined, ok: false });
    await relabel((value) => (value === 0 ? 0 : 255));
    expect(await map()).toEqual({ map: undefined, ok: false });
    await writeFile(join(root, "classes.txt"), "background\nshape\n");
    await relabel((value) => (value === 0 ? 0 : 128));
    expect(await map()).toEqual({ map: ["128=1"], ok: true });
  });

  it("offers no training where there are errors, and says what it leaves out", async () => {
    const root = await writeMasks();
    await writeFile(join(root, "README.txt"), "Masks.\n");
    for (const index of [0, 1])
      await rename(join(root, "labels", `${index}.png`), join(root, "labels", `${index}_mask.png`));
    await writeFile(join(root, "labels", "2.png"), "");
    const { exit, stdout } = await run("init", root);
    expect(exit).toBe(0);
    const notes = stdout.split("\n").filter((line) => !/few photos|every class/.test(line));
    expect(notes).toEqual([
      expect.stringMatching(/^lists drawn: 2 photos to train on, 1 to validate on /),
      expect.stringMatching(
        /^warning: .* none for 2: images.0_mask, images.1_mask\. There is 0\.jpg: a photo and its label map/,
      ),
      expect.stringMatching(
        /^warning: .* none for 2, which are left out: images.0\.jpg, images.1\.jpg\. Give label maps the names/,
      ),
      expect.stringMatching(/^the values of the label maps speak for the map 255=1/),
      expect.stringMatching(/^error: .* 1 damaged files: labels.2\.png\. /),
      `${join(root, "deconvnet.yaml")} written; correct the errors before you train, then look again: deconvnet data check ${root}`,
      "",
    ]);
    expect((await readdir(root)).sort().slice(-2)).toEqual(["train.txt", "val.txt"]);
  });

  it("takes one photo, and names the classes of masks without a class list as a guess", async () => {
    const root = join(folder, "my masks");
    await rename(await writeMasks(), root);
    for (let index = 1; index < 5; index++) await rm(join(root, "labels", `${index}.png`));
    expect((await run("init", root)).stdout).toMatch(
      /1 photos to train on, 0 to validate on \(train\.txt in .*\)\n.*--data "/s,
    );
    await rename(join(root, "images"), join(root, "JPEGImages"));
    await rename(join(root, "labels"), join(root, "SegmentationClass"));
    await rm(join(root, "classes.txt"));
    expect((await run("init", root, "--force")).stdout).toContain(
      'map 255=1 (data.map); class 1 is "aeroplane", for the classes are taken for VOC\'s: write yours into classes.txt',
    );
    expect((await run("data", "check", root)).stdout).toContain(
      "Pass --map 255=1, and write the class names into classes.txt (they are taken for VOC's).\n",
    );
  });

  it("needs photos with label maps, and a class list", async () => {
    const root = await writeMasks();
    await rm(join(root, "classes.txt"));
    expect((await run("init", root)).stderr).toMatch(
      /expected a class list, got none at .*classes\.txt\. Write one name a line/,
    );
    expect(await readdir(root)).toEqual(["images", "labels"]);
    await rename(join(root, "labels"), join(root, "masks"));
    expect((await run("init", root)).stderr).toMatch(
      /expected JPEGImages\/ and SegmentationClass\/ \(VOC\) or images\/ and labels\//,
    );
    await mkdir(join(root, "labels"));
    await writeFile(join(root, "classes.txt"), "background\nshape\n");
    expect((await run("init", root)).stderr).toMatch(
      /expected photos with label maps of the same name in .*masks, got none\. Add label maps of the same names to use them\.\n$/,
    );
  });
});

describe("config", () => {
  it("prints all settings, with those of a file and of --set, and the schema", async () => {
    const path = join(folder, "a.yaml");
    await writeFile(path, "seed: 4\n");
    const { exit, stdout } = await run("config", path, "--print", "--set", "batch=3");
    expect(exit).toBe(0);
    expect(readTrainConfig(stdout)).toEqual(readTrainConfig("", ["seed=4", "batch=3"]));
    expect(readTrainConfig((await run("config", "--print")).stdout)).toEqual(readTrainConfig(""));
    expect(JSON.parse((await run("config", "--schema")).stdout)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      properties: { seed: { default: 1 } },
    });
    expect(await run("config", path)).toEqual({ exit: 0, stdout: `${path}: no mistakes\n`, stderr: "" });
  });

  it("is wrong usage with a mistake in the file, and without anything to do", async () => {
    const path = join(folder, "a.yaml");
    await writeFile(path, "data:\n  train: x\n  map: 255=1\n");
    expect(await run("config", path)).toEqual({
      exit: 2,
      stdout: "",
      stderr: `deconvnet: readTrainConfig: ${path}, line 3: data.map: Invalid input: expected array, received string, got "255=1".\n`,
    });
    expect((await run("config")).stderr).toBe("deconvnet: config: expected a file to check, --print or --schema.\n");
    expect((await run("config", path, "--schema")).exit).toBe(2);
  });
});

describe("data", () => {
  it("sample writes a set, once", async () => {
    const target = join(folder, "sample");
    expect(await run("data", "sample", target)).toEqual({
      exit: 0,
      stdout: `${target}: 8 photos, 7 classes; who made the photos: CREDITS.md\nnext: deconvnet data check ${target}\n`,
      stderr: "",
    });
    expect((await run("data", "sample", target)).stderr).toMatch(
      /expected a new folder, got .*sample, which has files in it/,
    );
  });

  it("import takes the sets that it knows", async () => {
    expect((await run("data", "import", "coco", folder, join(folder, "out"))).stderr).toMatch(
      /'coco' is invalid.*penn-fudan/,
    );
    const { exit, stderr } = await run("data", "import", "penn-fudan", folder, join(folder, "out"));
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr: expect.stringContaining("expected the folders PNGImages/ and PedMasks/"),
    });
  });
});
