/** `deconvnet evaluate` against label maps of `deconvnet segment` that are counted slowly. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EvaluationFile } from "../../src/evaluate/index.ts";
import { decodeLabelMap, type LabelMap, labelMap, VOID } from "../../src/labels/index.ts";
import { writeModelFile } from "../../src/weights/node.ts";
import { type TinyModelOptions, tinyModel } from "../builders/tiny-model.ts";
import { drawShapes, writeTinyVoc } from "../builders/tiny-voc.ts";
import { type Finished, runDeconvnet } from "../harness/run-process.ts";
import { slowBoundaryF1 } from "../reference/boundary-f1.ts";
import { slowIoU } from "../reference/iou.ts";

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  data = join(folder, "shapes");
  await writeTinyVoc(data, { side: 48 });
});
afterAll(() => rm(folder, { recursive: true }));

async function model(name: string, options: TinyModelOptions = {}): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  await writeModelFile(path, tinyModel(options));
  return path;
}

function evaluate(args: readonly string[]): Promise<Finished> {
  return runDeconvnet(["evaluate", "--data", data, ...args]);
}

async function readJson(path: string): Promise<EvaluationFile> {
  return JSON.parse(await readFile(path, "utf8")) as EvaluationFile;
}

describe("deconvnet evaluate", () => {
  it("scores what segment predicts", async () => {
    const path = await model("all");
    const json = join(folder, "all.json");
    const { exit, stdout } = await evaluate([
      "--model",
      path,
      "--split",
      "train",
      "--json",
      json,
      "--boundary",
      "0.05",
    ]);
    expect(exit).toBe(0);
    const out = join(folder, "predicted");
    await runDeconvnet(["segment", join(data, "JPEGImages"), "--model", path, "--out", out]);
    const pairs: { truth: LabelMap; prediction: LabelMap }[] = [];
    for (let i = 0; i < 6; i++) {
      const prediction = decodeLabelMap(await readFile(join(out, `shapes_000${i}.png`)), "prediction");
      pairs.push({ truth: drawShapes(1, i, 48).labels, prediction });
    }
    const expected = slowIoU(pairs, 4);
    const result = await readJson(json);
    expect(result.classes.map(({ iou }) => iou)).toEqual(expected);
    const present = expected.filter((iou) => iou !== null);
    expect(result.meanIoU).toBeCloseTo(present.reduce((sum, iou) => sum + iou, 0) / present.length, 12);
    expect(result.classes.map(({ name }) => name)).toEqual(["background", "disc", "square", "triangle"]);
    const counted = pairs.flatMap(({ truth }) => [...truth.data]);
    expect(result.classes.map(({ pixels }) => pixels)).toEqual(
      [0, 1, 2, 3].map((c) => counted.filter((label) => label === c).length),
    );
    expect(result.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(
      counted.filter((label) => label !== VOID).length,
    );
    expect(result.images.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `shapes_000${i}`));
    expect(result.images.map(({ boundaryF1 }) => boundaryF1)).toEqual(
      pairs.map(({ truth, prediction }) => [0, 1, 2, 3].map((c) => slowBoundaryF1(truth, prediction, c, 0.05))),
    );
    expect(result.boundaryF1?.tolerance).toBe(0.05);
    expect(stdout).toMatch(
      /^6 photos of .*shapes, split "train"\nclass +IoU % +accuracy % +boundary F1 % +pixels\n-+\nbackground /,
    );
    expect(stdout).toContain(`mean IoU ${(100 * (result.meanIoU ?? 0)).toFixed(2)} % over`);
  });

  it("counts classes that the model does not know as background, and names those that the data do not have", async () => {
    const path = await model("some", { classNames: ["background", "square", "cat"] });
    const json = join(folder, "some.json");
    const { stdout } = await evaluate(["--model", path, "--split", "val", "--json", json]);
    expect(stdout).toContain("\ncounted as background: disc, triangle; not in the data set: cat\n");
    const truth = [6, 7].flatMap((i) => [...drawShapes(1, i, 48).labels.data]);
    const { classes } = await readJson(json);
    expect(classes.map(({ name, pixels }) => [name, pixels])).toEqual([
      ["background", truth.filter((label) => label !== 2 && label !== VOID).length],
      ["square", truth.filter((label) => label === 2).length],
      ["cat", 0],
    ]);
  });

  it("leaves them out where the model's training did", async () => {
    const path = await model("void", { classNames: ["background", "square"], details: { others: "void" } });
    const json = join(folder, "void.json");
    const { stdout } = await evaluate(["--model", path, "--split", "val", "--json", json]);
    expect(stdout).toContain("\ncounted as void: disc, triangle\n");
    const truth = [6, 7].flatMap((i) => [...drawShapes(1, i, 48).labels.data]);
    expect((await readJson(json)).classes[0]?.pixels).toBe(truth.filter((label) => label === 0).length);
  });

  it("names absent classes and leaves them out of the mean", async () => {
    // One class can be predicted only: 255 is mapped to it, so that nothing is void.
    const path = await model("one", { classNames: ["background"] });
    const json = join(folder, "one.json");
    const { exit, stdout } = await evaluate(["--model", path, "--split", "val", "--map", "255=0", "--json", json]);
    expect(exit).toBe(0);
    expect(stdout).toContain("mean IoU 100.00 % over 1 of 1 classes\n");
    expect(await readJson(json)).toMatchObject({ meanIoU: 1, confusion: [[2 * 48 * 36]] });
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ["a tolerance that is none", ["--split", "val", "--boundary", "2"], 2, /Expected a number above 0 and at most 1/],
    ["no split", [], 2, /required option '--split <name>' not specified/],
    ["a split that is not there", ["--split", "tset"], 1, /expected a split "tset".*got only train, trainval, val/],
    ["a map that is none", ["--split", "val", "--map", "x"], 1, /expected VALUE=CLASS/],
    [
      "a class list that is not there",
      ["--split", "val", "--classes", "no.txt"],
      1,
      /expected a list of classes at no\.txt/,
    ],
    [
      "a folder for the JSON that is not there",
      ["--split", "val", "--json", "no/such/a.json"],
      1,
      /expected a folder for no\/such\/a\.json, got none at .*such\. Make it first/,
    ],
  ])("refuses %s in one line", async (_, args, code, message) => {
    const { exit, stderr } = await evaluate([...args, "--model", await model("all")]);
    expect(stderr).toMatch(message);
    expect(exit).toBe(code);
  });

  it("stops at a label map with a value that is no class, and says which", async () => {
    const broken = join(folder, "broken");
    await writeTinyVoc(broken, { side: 48 });
    const { encodeLabelMap } = await import("../../src/labels/index.ts");
    const path = join(broken, "SegmentationClass", "shapes_0007.png");
    await writeFile(path, encodeLabelMap(labelMap(new Uint8Array(48 * 36).fill(37), 48, 36)));
    const { exit, stderr } = await runDeconvnet([
      "evaluate",
      "--data",
      broken,
      "--split",
      "val",
      "--model",
      await model("all"),
    ]);
    expect(exit).toBe(1);
    expect(stderr).toContain(`readLabelMap: ${path}: expected classes 0 to 3 and void 255, got 37 (1728 pixels).`);
  });
});
