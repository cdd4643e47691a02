/** `deconvnet segment` on photos of all kinds, and the same as a library. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePng, type Image, solidImage } from "../../src/image/index.ts";
import { decodePhoto, encodePhoto } from "../../src/image/node.ts";
import { decodeLabelMap } from "../../src/labels/index.ts";
import type * as Node from "../../src/node.ts";
import { writeModelFile } from "../../src/weights/node.ts";
import { buildPng, packRow } from "../builders/png.ts";
import { tinyModel } from "../builders/tiny-model.ts";
import { drawShapes } from "../builders/tiny-voc.ts";
import { COMMAND, type Finished, ROOT, type RunOptions, run, runDeconvnet } from "../harness/run-process.ts";
import { fullDisk } from "./full-disk.ts";

const built = new URL("../../dist/node.js", import.meta.url);
const { loadSegmenter, readPhoto } = (await import(/* @vite-ignore */ built.href)) as typeof Node;

const MODEL = tinyModel({ evaluationSize: 64 });
let folder: string;
let model: string;
let photos: string;
let next = 0;
const newOut = (): string => join(folder, `out-${next++}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "segment-"));
  model = join(folder, "tiny.safetensors");
  await writeModelFile(model, MODEL);
  photos = join(folder, "photos");
  await mkdir(photos);
  await save("a.jpg", drawShapes(1, 0).image);
  await save("b.jpg", drawShapes(1, 1).image);
  await save("dot.png", solidImage({ height: 1, width: 1 }, [200, 10, 10]));
  await save("wide.png", solidImage({ height: 2, width: 3000 }, [10, 200, 10]));
  await save("tall.png", solidImage({ height: 70_000, width: 1 }, [10, 10, 200]));
});
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, picture: Image): Promise<void> {
  await writeFile(join(photos, name), await encodePhoto(picture, name.endsWith("png") ? "png" : "jpeg"));
}

function segment(args: readonly string[], out: string, options?: RunOptions): Promise<Finished> {
  return runDeconvnet(["segment", ...args, "--model", model, "--out", out], options);
}

const labelsIn = async (path: string): Promise<ReturnType<typeof decodeLabelMap>> =>
  decodeLabelMap(await readFile(path), path);

describe("deconvnet segment", () => {
  it("writes an indexed PNG with the model's palette and an overlay with a legend for each photo of a folder", async () => {
    const out = newOut();
    const { exit, stdout, stderr } = await segment([photos], out);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const stems = ["a", "b", "dot", "tall", "wide"];
    expect((await readdir(out)).sort()).toEqual(stems.flatMap((stem) => [`${stem}-overlay.jpg`, `${stem}.png`]));
    for (const stem of stems) {
      const source = await decodePhoto(
        await readFile(join(photos, `${stem}.${stem.length === 1 ? "jpg" : "png"}`)),
        stem,
      );
      const labels = await labelsIn(join(out, `${stem}.png`));
      expect([labels.height, labels.width]).toEqual([source.height, source.width]);
    }
    const png = decodePng(await readFile(join(out, "a.png")), "a.png");
    expect(png.kind === "indexed" && png.palette.slice(0, 4)).toEqual(MODEL.metadata.palette);
    const overlay = await decodePhoto(await readFile(join(out, "a-overlay.jpg")), "a");
    expect(overlay.width).toBe(96);
    expect(overlay.height).toBeGreaterThan(72);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBe(5);
    expect(lines[2]).toMatch(/^3\/5 {2}.*dot\.png \(1x1\): \w+ 100\.0 % -> .*dot\.png$/);
  });

  it("finds photos by pattern, each once, and numbers those of the same name", async () => {
    const out = newOut();
    const other = join(folder, "other");
    await mkdir(other);
    await copyFile(join(photos, "b.jpg"), join(other, "a.jpg"));
    const { exit } = await segment([join(photos, "[ab].jpg"), join(photos, "a.jpg"), join(other, "*.jpg")], out);
    expect(exit).toBe(0);
    expect((await readdir(out)).filter((name) => name.endsWith("png")).sort()).toEqual(["a-2.png", "a.png", "b.png"]);
    expect(await readFile(join(out, "a-2.png"))).toEqual(await readFile(join(out, "b.png")));
  });

  it("prints JSON with the share of each class, and nothing else, on standard output", async () => {
    const out = newOut();
    const { exit, stdout, stderr } = await segment([join(photos, "a.jpg"), "none.jpg", "--json"], out);
    expect(exit).toBe(1);
    const { photos: done, failed } = JSON.parse(stdout) as {
      photos: { classes: { name: string; pixels: number; share: number }[] }[];
      failed: unknown[];
    };
    const labels = await labelsIn(join(out, "a.png"));
    const counts = MODEL.metadata.classNames.map((name, c) => {
      const pixels = labels.data.filter((label) => label === c).length;
      return { name, pixels, share: pixels / labels.data.length };
    });
    expect(done).toEqual([
      {
        file: join(photos, "a.jpg"),
        width: 96,
        height: 72,
        classes: counts,
        labels: join(out, "a.png"),
        overlay: join(out, "a-overlay.jpg"),
      },
    ]);
    expect(failed).toEqual([{ file: "none.jpg", error: expect.stringContaining("ENOENT") }]);
    expect(stderr).toContain("1/2  ");
  });

  it("writes score maps whose argmax are the labels where the photo has the network's size", async () => {
    const out = newOut();
    const name = join(folder, "square.png");
    await writeFile(name, await encodePhoto(drawShapes(1, 0, 64).image, "png"));
    expect((await segment([name, "--scores"], out)).exit).toBe(0);
    const bytes = await readFile(join(out, "square-scores.npy"));
    const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString("latin1");
    expect(header).toContain("'descr': '<f4', 'fortran_order': False, 'shape': (4, 48, 64)");
    const pixels = 48 * 64;
    const at = (c: number, i: number): number => bytes.readFloatLE(10 + header.length + 4 * (c * pixels + i));
    const best = Uint8Array.from({ length: pixels }, (_, i) =>
      [1, 2, 3].reduce((most, c) => (at(c, i) > at(most, i) ? c : most), 0),
    );
    expect((await labelsIn(join(out, "square.png"))).data).toEqual(best);
  });

  it("turns photos upright", async () => {
    const turned = join(folder, "turned.jpg");
    const upright = await encodePhoto(drawShapes(1, 0, 64).image, "png");
    // Orientation 6: to be turned by a quarter to the right; so it is stored turned to the left.
    await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toFile(turned);
    const out = newOut();
    const { stdout } = await segment([turned, "--size", "32"], out);
    expect(stdout).toContain("turned.jpg (64x48): ");
    expect(await labelsIn(join(out, "turned.png"))).toMatchObject({ height: 48, width: 64 });
  });

  it("goes on past files that are no photos, lists them, and ends with 1", async () => {
    const bad = join(folder, "bad");
    await mkdir(bad);
    const whole = await readFile(join(photos, "a.jpg"));
    await writeFile(join(bad, "cut.jpg"), whole.subarray(0, 900));
    await writeFile(join(bad, "text.jpg"), "not a photo");
    await writeFile(join(bad, "empty.png"), "");
    await copyFile(join(photos, "a.jpg"), join(bad, "whole.jpg"));
    const row = packRow([0], 8);
    await writeFile(
      join(bad, "huge.png"),
      buildPng({ width: 20_000, height: 20_000, bits: 8, colorType: 0, rows: [row] }),
    );
    const out = newOut();
    const { exit, stdout, stderr } = await segment([bad], out);
    expect(exit).toBe(1);
    const [cut, empty, huge, text, last] = stderr.trimEnd().split("\n");
    expect(cut).toMatch(/^1\/5 {2}left out: decodePhoto: .*cut\.jpg: expected a whole photo/);
    expect(empty).toMatch(/^2\/5 {2}left out: .*empty\.png: expected a photo .*, got an empty file/);
    expect(huge).toMatch(/huge\.png: expected at most 100000000 pixels, got 20000x20000 = 400000000\./);
    expect(text).toMatch(/text\.jpg: expected a photo .*, got 11 bytes of something else/);
    expect(last).toMatch(
      /^deconvnet: segment: expected 5 photos that can be read, got 4 that cannot: .*cut\.jpg, .*empty\.png, .*huge\.png, .*text\.jpg\. The other 1 are in/,
    );
    expect(stdout).toMatch(/^5\/5 {2}.*whole\.jpg/);
    expect((await readdir(out)).sort()).toEqual(["whole-overlay.jpg", "whole.png"]);
  });

  it("refuses more pixels than --max-pixels", async () => {
    const { exit, stderr } = await segment([join(photos, "a.jpg"), "--max-pixels", "6911"], newOut());
    expect(exit).toBe(1);
    expect(stderr).toContain("a.jpg: expected at most 6911 pixels, got 96x72 = 6912.");
    expect((await segment([join(photos, "a.jpg"), "--max-pixels", "6912"], newOut())).exit).toBe(0);
  });

  it("never writes over a photo", async () => {
    const own = join(folder, "own");
    await mkdir(own);
    await copyFile(join(photos, "dot.png"), join(own, "dot.png"));
    const { exit, stderr } = await segment([own], own);
    expect(exit).toBe(1);
    expect(stderr).toContain(`got ${own}: ${join(own, "dot.png")} would be replaced. Choose another folder.`);
    expect(await readdir(own)).toEqual(["dot.png"]);
  });

  it("stops at a full disk with nothing half-written", async () => {
    const out = newOut();
    const args = ["segment", photos, "--model", model, "--out", out];
    const { exit, stderr } = await run(process.execPath, ["--import", fullDisk(3), COMMAND, ...args]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^deconvnet: .*got a full disk \(ENOSPC\) while writing .*b-overlay\.jpg\..*\n$/);
    expect((await readdir(out)).sort()).toEqual(["a-overlay.jpg", "a.png", "b.png"]);
  });

  it("ends with 130 on Ctrl-C", async () => {
    let interrupted = false;
    const onOutput = (_: string, kill: (signal: NodeJS.Signals) => void): void => {
      if (!interrupted) kill("SIGINT");
      interrupted = true;
    };
    const out = newOut();
    // Large overlays: there is time to stop.
    const large = join(folder, "large");
    await mkdir(large);
    const picture = await encodePhoto(solidImage({ height: 3000, width: 3000 }, [90, 90, 90]), "jpeg");
    await Promise.all(Array.from({ length: 12 }, (_, i) => writeFile(join(large, `${i}.jpg`), picture)));
    const { exit, stderr } = await segment([large], out, { onOutput });
    expect({ exit, stderr }).toEqual({ exit: 130, stderr: "deconvnet: interrupted\n" });
    const names = await readdir(out);
    expect(names.length).toBeLessThan(24);
    expect(names.every((name) => /^\d+(-overlay\.jpg|\.png)$/.test(name))).toBe(true);
  });

  it.each<[string, (out: string) => readonly string[], number, RegExp]>([
    ["no photo", (out) => ["segment", "--out", out], 2, /missing required argument 'photos'/],
    ["no --out", () => ["segment", photos], 2, /required option '--out <folder>' not specified/],
    [
      "a size that is none",
      (out) => ["segment", photos, "--out", out, "--size", "0"],
      2,
      /'--size <px>' argument '0' is invalid/,
    ],
    [
      "a mistyped option",
      (out) => ["segment", photos, "--out", out, "--sise", "64"],
      2,
      /unknown option '--sise' \(Did you mean --size\?\)/,
    ],
    [
      "a folder without photos",
      (out) => ["segment", ROOT, "--out", out, "--model", model],
      1,
      /expected at least 1 photo \(\.jpg, .*\) in the folder/,
    ],
    [
      "a pattern that fits nothing",
      (out) => ["segment", "x/*.jpg", "--out", out, "--model", model],
      1,
      /that fits x\/\*\.jpg, got none/,
    ],
    [
      "a model that is not there",
      (out) => ["segment", photos, "--out", out, "--model", "no.safetensors"],
      1,
      /no such file at no\.safetensors/,
    ],
    [
      "layers in place of a model",
      (out) => ["segment", photos, "--out", out, "--model", join(ROOT, "models/vgg16-conv1-conv3.safetensors")],
      1,
      /expected a network with classes .*, got some layers of "vgg16"/,
    ],
    [
      "a file in the folder's place",
      () => ["segment", photos, "--out", model, "--model", model],
      1,
      /expected a folder for the results that can be made, got: EEXIST/,
    ],
  ])("refuses %s in one line", async (_, args, code, message) => {
    const out = newOut();
    const { exit, stderr } = await runDeconvnet(args(out));
    expect(stderr).toMatch(message);
    expect({ exit, lines: stderr.split("\n").length }).toEqual({ exit: code, lines: 2 });
    await expect(readdir(out)).rejects.toThrow("ENOENT");
  });

  it("refuses a model whose tensors are not those of its network", async () => {
    const { metadata } = tinyModel();
    const { tensors } = tinyModel({ classNames: ["background", "cat"] });
    const wrong = join(folder, "wrong.safetensors");
    await writeModelFile(wrong, { metadata, tensors });
    const { exit, stderr } = await runDeconvnet(["segment", photos, "--out", newOut(), "--model", wrong]);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/wrong\.safetensors: .*2 that do not fit: seg-score-voc\.weight/);
  });
});

describe("loadSegmenter", () => {
  it("segments as the command line does", async () => {
    const out = newOut();
    await segment([join(photos, "b.jpg")], out);
    await using segmenter = await loadSegmenter(model);
    const labels = await segmenter.segment(await readPhoto(join(photos, "b.jpg")));
    expect(labels.data).toEqual((await labelsIn(join(out, "b.png"))).data);
  });

  it("takes the mean over sizes and the mirror image as the command line does", async () => {
    const out = newOut();
    await segment([join(photos, "b.jpg"), "--size", "32,64", "--flip"], out);
    await using segmenter = await loadSegmenter(model, { size: [32, 64], flip: true });
    const labels = await segmenter.segment(await readPhoto(join(photos, "b.jpg")));
    expect(labels.data).toEqual((await labelsIn(join(out, "b.png"))).data);
    await using plain = await loadSegmenter(model);
    expect((await plain.segment(await readPhoto(join(photos, "b.jpg")))).data).not.toEqual(labels.data);
  });

  it("gives the same scores for one tile as for the whole photo, and close ones where tiles overlap", async () => {
    const photo = drawShapes(1, 0, 64).image;
    await using whole = await loadSegmenter(model, { threads: 1 });
    await using tile = await loadSegmenter(model, { threads: 1, tileSize: 64 });
    const expected = await whole.scores(photo);
    expect(await tile.scores(photo)).toEqual(expected);
    await using tiled = await loadSegmenter(model, { threads: 1, tileSize: 32 });
    const scores = await tiled.scores(photo);
    expect([scores.height, scores.width]).toEqual([expected.height, expected.width]);
    expect(scores.data.every(Number.isFinite)).toBe(true);
  });
});

it("segments 100 photos with flat memory", async () => {
  const script = `
    import { loadSegmenter, readPhoto } from "deconvnet/node";
    const segmenter = await loadSegmenter(${JSON.stringify(model)}, { threads: 1 });
    const resident = [];
    for (let i = 0; i < 130; i++) {
      await segmenter.segment(await readPhoto(${JSON.stringify(join(folder, "square-600.jpg"))}));
      if (i % 10 === 9) { gc(); resident.push(process.memoryUsage.rss()); }
    }
    await segmenter.dispose();
    console.log(JSON.stringify(resident));`;
  await writeFile(join(folder, "square-600.jpg"), await encodePhoto(drawShapes(1, 0, 600).image, "jpeg"));
  const { stdout, stderr } = await run(process.execPath, ["--expose-gc", "--input-type=module", "--eval", script]);
  expect(stderr).toBe("");
  const resident = JSON.parse(stdout) as number[];
  expect(resident.length).toBe(13);
  // 100 photos would leave 27 MB of labels, 108 MB of pixels, or 25 MB of scores if they were kept.
  const growth = Math.min(...resident.slice(-3)) - Math.min(...resident.slice(2, 5));
  expect(growth).toBeLessThan(12e6);
});
