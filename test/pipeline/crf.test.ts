/** `deconvnet crf`, `crf search`, and `--crf` of segment and evaluate, as processes. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CRF_PRESETS } from "../../src/crf/index.ts";
import { readCrfPreset } from "../../src/crf/node.ts";
import { resizeScores } from "../../src/image/index.ts";
import { encodePhoto } from "../../src/image/node.ts";
import { decodeLabelMap, encodeLabelMap, type LabelMap, VOID } from "../../src/labels/index.ts";
import { refineLabels } from "../../src/segment/index.ts";
import { readScoreMap } from "../../src/segment/node.ts";
import { encodeNpy } from "../../src/tensor/index.ts";
import { writeModelFile } from "../../src/weights/node.ts";
import { tinyModel } from "../builders/tiny-model.ts";
import { drawShapes, writeTinyVoc } from "../builders/tiny-voc.ts";
import { type Finished, runDeconvnet } from "../harness/run-process.ts";

const SIDE = 48;
const DRAWN = drawShapes(1, 0, SIDE);
let folder: string;
let photo: string;
let labels: string;
let model: string;
const at = (...names: readonly string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crf-"));
  [photo, labels, model] = [at("photo.png"), at("labels.png"), at("tiny.safetensors")];
  await writeFile(photo, await encodePhoto(DRAWN.image, "png"));
  await writeFile(labels, encodeLabelMap(DRAWN.labels));
  await writeModelFile(model, tinyModel({ evaluationSize: 32 }));
  await writeTinyVoc(at("shapes"), { side: SIDE });
});
afterAll(() => rm(folder, { recursive: true }));

/** Quiet, on one thread: many short processes. */
const crf = (...args: readonly string[]): Promise<Finished> => runDeconvnet(["crf", "--threads", "1", ...args]);

const readLabels = async (path: string): Promise<LabelMap> => decodeLabelMap(await readFile(path), path);

describe("deconvnet crf", () => {
  it("refines a label map: void is filled, and the report says with what and how much", async () => {
    const out = at("filled.png");
    const args = ["--image", photo, "--labels", labels, "--preset", "paper", "--set", "iterations=2", "--out", out];
    const { exit, stdout, stderr } = await crf(...args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const preset = await readCrfPreset("paper", ["iterations=2"]);
    const expected = await refineLabels({ kind: "labels", map: DRAWN.labels, confidence: 0.7 }, DRAWN.image, preset);
    const refined = await readLabels(out);
    expect(refined.data).toEqual(expected.labels.data);
    expect(refined.data.includes(VOID)).toBe(false);
    const [first, second, settings, last] = stdout.trimEnd().split("\n");
    expect([first, second]).toEqual(
      expected.labelsChanged.map((n, i) => `${i + 1}/2  labels changed: ${n.toLocaleString("en-US")}`),
    );
    // 3 px at 500 px are 0.288 px at 48 px; sums without normalization grow with the area.
    expect(settings).toMatch(
      /^paper at 48x36: smoothness 0\.288 px, weight 326; appearance 1\.92 px, .*; no normalization; 2 /,
    );
    expect(last).toMatch(
      new RegExp(`^2 iterations changed ${expected.changed} of 1,728 labels \\(\\d+\\.\\d %\\) -> ${out}$`),
    );
  });

  it("takes the scores that segment writes, and gives what segment --crf gives", async () => {
    const out = at("segmented");
    const plain = await runDeconvnet(["segment", photo, "--model", model, "--scores", "--out", out]);
    expect(plain.exit).toBe(0);
    const refined = at("refined.png");
    const args = ["--image", photo, "--scores", join(out, "photo-scores.npy"), "--out", refined];
    expect((await crf(...args)).exit).toBe(0);
    const direct = await runDeconvnet([
      "segment",
      photo,
      "--model",
      model,
      "--crf",
      "pydensecrf",
      "--out",
      at("direct"),
    ]);
    expect(direct.exit).toBe(0);
    const expected = await readLabels(at("direct", "photo.png"));
    expect((await readLabels(refined)).data).toEqual(expected.data);
    expect((await readLabels(join(out, "photo.png"))).data).not.toEqual(expected.data);
  });

  it("takes probabilities", async () => {
    const probabilities = at("probabilities.npy");
    const file = encodeNpy(new Float32Array(2 * 36 * 48).fill(0.5), [2, 36, 48]);
    await writeFile(probabilities, file);
    const { exit, stdout } = await crf("--image", photo, "--probabilities", probabilities, "--out", at("even.png"));
    expect(exit).toBe(0);
    expect(stdout).toContain("\n5 iterations changed 0 of 1,728 labels (0.0 %)");
  });

  it("prints the presets and keys in its help, and the search below it", async () => {
    const { stdout } = await runDeconvnet(["crf", "--help"]);
    for (const name of Object.keys(CRF_PRESETS)) expect(stdout).toContain(name);
    expect(stdout).toMatch(/\n {2}appearance\.colorStd +standard deviation, 0-255/);
    expect(stdout).toContain("\n       deconvnet crf search [options]\n");
  });

  it.each<[string, (args: { scores: string }) => readonly string[], number, RegExp]>([
    ["no photo", () => ["--labels", labels], 2, /required option '--image <file>'/],
    ["nothing to refine", () => ["--image", photo], 2, /expected one of --scores, --probabilities and --labels, got 0/],
    [
      "two things to refine",
      ({ scores }) => ["--image", photo, "--labels", labels, "--scores", scores],
      2,
      /got 2 of them/,
    ],
    [
      "an unknown preset",
      () => ["--image", photo, "--labels", labels, "--preset", "papper"],
      2,
      /preset \(paper, pydensecrf, compact\) or a file of one, got "papper"/,
    ],
    [
      "a mistyped key",
      () => ["--image", photo, "--labels", labels, "--set", "apperance.weight=1"],
      2,
      /Did you mean "appearance\.weight"\?/,
    ],
    [
      "a standard deviation of 0",
      () => ["--image", photo, "--labels", labels, "--set", "smoothness.spatialStd=0"],
      2,
      /above 0, got 0/,
    ],
    [
      "a confidence that is none",
      () => ["--image", photo, "--labels", labels, "--confidence", "1"],
      2,
      /between 0 and 1/,
    ],
    ["scores of another photo", ({ scores }) => ["--image", photo, "--scores", scores], 1, /36x48 px .*got 48x36/],
    [
      "a label map of another size",
      () => ["--image", at("shapes", "JPEGImages", "shapes_0001.jpg"), "--labels", labels],
      1,
      /48x36 px .*got 36x48/,
    ],
    [
      "a photo in place of scores",
      () => ["--image", photo, "--scores", photo],
      1,
      /expected a \.npy file, got \d+ bytes/,
    ],
    [
      "a photo in place of labels",
      () => ["--image", photo, "--labels", at("shapes", "JPEGImages", "shapes_0000.jpg")],
      1,
      /expected a PNG/,
    ],
    [
      "scores that are not there",
      () => ["--image", photo, "--scores", "no.npy"],
      1,
      /readScoreMap: expected a readable file, got ENOENT/,
    ],
  ])("refuses %s in one line", async (_, args, code, message) => {
    const scores = at("upright.npy");
    await writeFile(scores, encodeNpy(new Float32Array(2 * 48 * 36), [2, 48, 36]));
    const out = at("never.png");
    const { exit, stderr } = await crf(...args({ scores }), "--out", out);
    expect(stderr).toMatch(message);
    expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: code, lines: 2 });
    await expect(readFile(out)).rejects.toThrow("ENOENT");
  });

  it("refuses scores with two axes or NaN, and never writes over the photo", async () => {
    const [flat, nan] = [at("flat.npy"), at("nan.npy")];
    await writeFile(flat, encodeNpy(new Float32Array(1728), [36, 48]));
    await writeFile(nan, encodeNpy(new Float32Array(2 * 1728).fill(Number.NaN), [2, 36, 48]));
    const before = await readFile(photo);
    expect((await crf("--image", photo, "--scores", flat, "--out", at("x.png"))).stderr).toMatch(
      /flat\.npy: expected the shape \[classes, height, width\].*got \[36, 48\]/,
    );
    expect((await crf("--image", photo, "--scores", nan, "--out", at("x.png"))).stderr).toMatch(/got NaN for class 0/);
    expect((await crf("--image", photo, "--labels", labels, "--out", photo)).exit).toBe(2);
    expect(await readFile(photo)).toEqual(before);
  });
});

describe("deconvnet evaluate --crf", () => {
  it("scores the refined labels", async () => {
    const args = ["evaluate", "--data", at("shapes"), "--split", "val", "--model", model];
    const [plain, refined] = [await runDeconvnet(args), await runDeconvnet([...args, "--crf", "paper"])];
    expect(refined.exit).toBe(0);
    expect(refined.stdout).toMatch(/mean IoU \d+\.\d\d % over/);
    expect(refined.stdout).not.toBe(plain.stdout);
    const { exit, stderr } = await runDeconvnet([...args, "--crf", "none"]);
    expect(exit).toBe(2);
    expect(stderr).toContain('expected a preset (paper, pydensecrf, compact) or a file of one, got "none"');
  });
});

describe("deconvnet crf search", () => {
  const search = (...args: readonly string[]): Promise<Finished> =>
    runDeconvnet(["crf", "search", "--data", at("shapes"), "--threads", "1", ...args]);

  /** The truth, blurred as by a stride of 4 px. */
  async function writeCoarseScores(target: string, ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const drawn = drawShapes(1, id, SIDE);
      const { height, width } = drawn.image;
      const sharp = new Float32Array(4 * height * width);
      drawn.labels.data.forEach((label, i) => {
        if (label !== VOID) sharp[label * height * width + i] = 4;
      });
      const coarse = resizeScores(sharp, [4, height, width], { height: height / 4, width: width / 4 });
      const scores = resizeScores(coarse, [4, height / 4, width / 4], { height, width });
      await writeFile(join(target, `shapes_000${id}-scores.npy`), encodeNpy(scores, [4, height, width]));
    }
  }

  it("finds a preset on score maps, better than none, and writes it for --preset and --crf", async () => {
    const scores = await mkdtemp(at("scores-"));
    await writeCoarseScores(scores, [0, 1, 2, 3, 4, 5]);
    const preset = at("found.yaml");
    const args = ["--split", "train", "--scores", scores, "--photos", "3", "--trials", "6"];
    const { exit, stdout } = await search(...args, "--out", preset);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^6 presets on 3 photos, the best 6:\nmean IoU % +smoothness px +weight +appearance px/);
    const [, before, after, gain] = /\nmean +(\S+) +(\S+) +(\S+)\n/.exec(stdout) ?? [];
    expect(Number(after)).toBeGreaterThan(Number(before));
    expect(Number(gain)).toBeCloseTo(Number(after) - Number(before), 1);
    expect(stdout).toMatch(/\nsquare +\d+\.\d\d +\d+\.\d\d +[+-]\d/);
    const text = await readFile(preset, "utf8");
    expect(text).toMatch(
      new RegExp(`^# Found by .*6 presets on .*shapes, split "train"\\.\n# .*${before} %, .*${after} %\\.\nsize: 48\n`),
    );
    expect((await crf("--image", photo, "--labels", labels, "--preset", preset, "--out", at("found.png"))).exit).toBe(
      0,
    );
    // The same again prints the same preset.
    expect((await search(...args)).stdout).toContain(text.split("\n").slice(2).join("\n"));
  });

  it("makes missing score maps with a model, for the photos of a list, and leaves nothing behind", async () => {
    const list = at("ids.txt");
    await writeFile(list, "shapes_0001\nshapes_0006\n");
    const scores = at("made");
    const { exit, stdout } = await search("--list", list, "--model", model, "--scores", scores, "--trials", "3");
    expect(exit).toBe(0);
    expect((await readdir(scores)).sort()).toEqual(["shapes_0001-scores.npy", "shapes_0006-scores.npy"]);
    expect((await readScoreMap(join(scores, "shapes_0001-scores.npy"))).height).toBe(32);
    expect(stdout).toContain("\nsize: 32\n");
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ["no photos", [], 2, /expected --split or --list, got neither/],
    ["a list with a photo that is not there", ["--list", "LIST", "--scores", "."], 1, /with 1 that it lacks: dog/],
    ["a folder without score maps", ["--split", "val", "--scores", "."], 1, /shapes_0006-scores\.npy/],
    ["an option of crf itself", ["--split", "val", "--image", "x"], 2, /unknown option '--image'/],
    [
      "no folder for the preset",
      ["--split", "val", "--out", "no/such/a.yaml"],
      1,
      /expected a folder for no\/such\/a\.yaml/,
    ],
  ])("refuses %s in one line", async (_, args, code, message) => {
    const list = at("bad.txt");
    await writeFile(list, "shapes_0001\ndog\n");
    const { exit, stderr } = await search(...args.map((arg) => (arg === "LIST" ? list : arg)));
    expect(stderr).toMatch(message);
    expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: code, lines: 2 });
  });

  it("refuses score maps of other classes", async () => {
    const scores = await mkdtemp(at("two-"));
    await writeFile(join(scores, "shapes_0006-scores.npy"), encodeNpy(new Float32Array(2 * 4), [2, 2, 2]));
    const { exit, stderr } = await search("--split", "val", "--scores", scores);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/scores of 4 classes \(background, disc, square, triangle\), got 2/);
  });
});
