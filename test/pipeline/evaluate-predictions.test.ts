/** `deconvnet evaluate --predictions` and `evaluate merge` as a user runs them. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EvaluationFile } from "../../src/evaluate/index.ts";
import { encodeLabelMap, labelMap, VOID } from "../../src/labels/index.ts";
import { drawShapes, TINY_VOC_CLASSES, writeTinyVoc } from "../builders/tiny-voc.ts";
import { type Finished, runDeconvnet } from "../harness/run-process.ts";
import { slowIoU } from "../reference/iou.ts";

let folder: string;
let data: string;
const at = (name: string): string => join(folder, name);
const evaluate = (...args: readonly string[]): Promise<Finished> =>
  runDeconvnet(["evaluate", ...args], { cwd: folder });
const readJson = async (path: string): Promise<EvaluationFile> => JSON.parse(await readFile(at(path), "utf8"));

/** Shifted one pixel to the right: right inside, wrong along edges. */
function predicted(i: number): ReturnType<typeof labelMap> {
  const { labels } = drawShapes(1, i, 48);
  const data = labels.data.map((_, k) => labels.data[k % labels.width === 0 ? k : k - 1] ?? 0);
  return labelMap(
    data.map((label) => (label === VOID ? 0 : label)),
    labels.height,
    labels.width,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "predictions-"));
  data = at("shapes");
  await writeTinyVoc(data, { side: 48 });
  await mkdir(at("out"));
  for (let i = 0; i < 8; i++) await writeFile(at(`out/shapes_000${i}.png`), encodeLabelMap(predicted(i)));
});
afterAll(() => rm(folder, { recursive: true }));

describe("deconvnet evaluate --predictions", () => {
  it("scores label maps, draws the matrix and names the worst image", async () => {
    const outputs = ["--json", "a.json", "--images", "a.jsonl", "--plot", "a.svg"];
    const { exit, stdout } = await evaluate("--data", data, "--split", "train", "--predictions", "out", ...outputs);
    expect(exit).toBe(0);
    const result = await readJson("a.json");
    const pairs = [0, 1, 2, 3, 4, 5].map((i) => ({ truth: drawShapes(1, i, 48).labels, prediction: predicted(i) }));
    expect(result.classes.map(({ iou }) => iou)).toEqual(slowIoU(pairs, 4));
    expect(result.meanIoUInterval?.low).toBeLessThan(result.meanIoU ?? 0);
    const lines = (await readFile(at("a.jsonl"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.length).toBe(6);
    const worst = lines.toSorted((a, b) => a.meanIoU - b.meanIoU)[0];
    expect(stdout).toContain(`\nworst images: ${worst.id} ${(100 * worst.meanIoU).toFixed(2)} %, `);
    expect(await readFile(at("a.svg"), "utf8")).toMatch(/^<svg [\s\S]*>triangle<[\s\S]*<\/svg>\n$/);
  });

  it("gives the truth itself full marks, void and all", async () => {
    const truth = join(data, "SegmentationClass");
    const { stdout } = await evaluate("--data", data, "--split", "all", "--predictions", truth, "--boundary");
    expect(stdout).toContain("mean IoU 100.00 % over 4 of 4 classes\n");
    expect(stdout).toContain(
      "boundary F1 100.00 % over 4 classes, 100.00 % over images (tolerance 0.75 % of the diagonal)",
    );
  });

  it("takes predictions in classes of their own", async () => {
    await mkdir(at("squares"));
    await writeFile(at("squares.txt"), "background\nsquare\n");
    for (const i of [6, 7]) {
      const { labels } = drawShapes(1, i, 48);
      const values = labels.data.map((label) => (label === 2 ? 255 : 0));
      await writeFile(at(`squares/shapes_000${i}.png`), encodeLabelMap(labelMap(values, labels.height, labels.width)));
    }
    const own = ["--prediction-classes", "squares.txt", "--prediction-map", "255=square"];
    const { stdout } = await evaluate("--data", data, "--split", "val", "--predictions", "squares", ...own);
    expect(stdout).toContain("\ncounted as background: disc, triangle\n");
    expect(stdout).toContain("mean IoU 100.00 % over 2 of 2 classes\n");
  });

  it("refuses what is missing, of another size, or no class", async () => {
    await mkdir(at("some"));
    await copyFile(at("out/shapes_0006.png"), at("some/shapes_0006.png"));
    const run = (): Promise<Finished> => evaluate("--data", data, "--split", "val", "--predictions", "some");
    expect((await run()).stderr).toMatch(/for each of 2 photos in some, got none for 1: some\/shapes_0007\.png\. Name/);
    await writeFile(at("some/shapes_0007.png"), encodeLabelMap(labelMap(new Uint8Array(6), 2, 3)));
    const small = await run();
    expect(small.exit).toBe(1);
    expect(small.stderr).toMatch(/shapes_0007: expected a prediction of the truth's size 48x36 .*got 2x3/);
    await writeFile(at("some/shapes_0007.png"), encodeLabelMap(labelMap(new Uint8Array(48 * 36).fill(9), 48, 36)));
    expect((await run()).stderr).toMatch(
      /shapes_0007\.png: expected classes 0 to 3 .*got 9 \(1728 pixels\)\. Map values with --prediction-map, e\.g\. --prediction-map 9=1,/,
    );
    await writeFile(at("some/shapes_0007.png"), encodeLabelMap(labelMap(new Uint8Array(48 * 36).fill(VOID), 48, 36)));
    expect((await run()).stderr).toMatch(
      /some\/shapes_0007\.png: expected a class 0 to 3 wherever the truth has one, got void 255 at \d{3,4} pixels\. .* --prediction-map 255=disc\n$/,
    );
    await rm(at("some/shapes_0007.png"));
    await mkdir(at("some/shapes_0007.png"));
    expect((await run()).stderr).toMatch(/got none for 1: some\/shapes_0007\.png/);
  });

  it("says before the work that a photo is listed twice, and that classes cannot be told apart", async () => {
    const run = (...args: readonly string[]): Promise<Finished> => evaluate("--data", data, ...args);
    await writeFile(join(data, "ImageSets/Segmentation/twice.txt"), "shapes_0001\nshapes_0002\nshapes_0001\n");
    const twice = await run("--split", "twice", "--predictions", "not-there");
    expect(twice.stderr).toMatch(/expected every photo once in the split "twice", got shapes_0001 twice\. Take/);
    await rm(join(data, "ImageSets/Segmentation/twice.txt"));
    const own = ["--split", "val", "--predictions", "out", "--prediction-classes", "names.txt"];
    await writeFile(at("names.txt"), "background\ndisc\ndisc\n");
    expect((await run(...own)).stderr).toMatch(/names\.txt: expected each name once, got "disc" twice/);
    await writeFile(at("names.txt"), "disc\nbackground\n");
    expect((await run(...own)).stderr).toMatch(/expected "background" as the first of the wanted classes/);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a folder", ["--json", "out"], /expected the name of a file to write, got the folder out\./],
    ["a folder to come", ["--plot", "new/"], /expected the name of a file to write, got the folder new\/\./],
    ["nothing", ["--images", ""], /expected the name of a file to write, got ""\./],
    ["the same file twice", ["--json", "x.json", "--plot", "./x.json"], /got \.\/x\.json twice/],
  ])("says before the work that the output would be %s", async (_, outputs, message) => {
    const { exit, stdout, stderr } = await evaluate(
      "--data",
      data,
      "--split",
      "val",
      "--predictions",
      "out",
      ...outputs,
    );
    expect([exit, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
  });

  it.skipIf(process.platform !== "linux")("says before the work that the output's folder takes no files", async () => {
    const outputs = ["--json", "/proc/x.json"];
    const { exit, stderr } = await evaluate("--data", data, "--split", "val", "--predictions", "out", ...outputs);
    expect(stderr).toMatch(/expected a folder for \/proc\/x\.json that takes files, got: ENOENT/);
    expect(exit).toBe(1);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a model beside them", ["--predictions", "out", "--model", "x"], /cannot be used with option '--model <file>'/],
    ["their classes without them", ["--prediction-classes", "x"], /expected --predictions with --prediction-classes/],
    ["no data", ["--predictions", "out"], /required option '--data <folder>' not specified/],
  ])("is wrong usage with %s", async (name, args, message) => {
    const { exit, stderr } = await evaluate(...(name === "no data" ? [] : ["--data", data]), "--split", "val", ...args);
    expect(stderr).toMatch(message);
    expect(exit).toBe(2);
  });
});

describe("deconvnet evaluate merge", () => {
  const part = (split: string, json: string, ...more: readonly string[]): Promise<Finished> =>
    evaluate("--data", data, "--split", split, "--predictions", "out", "--boundary", "--json", json, ...more);

  it("gives what one evaluation of all images gives", async () => {
    await part("train", "train.json");
    await part("val", "val.json");
    const whole = await part("trainval", "whole.json");
    const merged = await evaluate("merge", "train.json", "val.json", "--json", "merged.json", "--plot", "merged.svg");
    expect(merged.exit).toBe(0);
    expect(merged.stdout.split("\n").slice(1)).toEqual(whole.stdout.split("\n").slice(1));
    expect(merged.stdout).toMatch(/^8 photos of 2 evaluations\nclass /);
    expect(await readJson("merged.json")).toEqual(await readJson("whole.json"));
    expect((await readJson("whole.json")).classes.map(({ name }) => name)).toEqual(TINY_VOC_CLASSES);
  });

  it("refuses images that would count twice, and files that are no evaluations", async () => {
    await part("val", "val.json");
    const twice = await evaluate("merge", "val.json", "val.json");
    expect([twice.exit, twice.stderr]).toEqual([
      1,
      "deconvnet: mergeEvaluations: val.json: expected images that no other part has, got 2 of 2 a second time, first " +
        '"shapes_0006" of val.json. They would count twice: leave one of the parts out.\n',
    ]);
    await writeFile(at("other.json"), "[]");
    expect((await evaluate("merge", "other.json")).stderr).toMatch(/other\.json: expected the JSON of an evaluation/);
    expect((await evaluate("merge")).exit).toBe(2);
  });
});
