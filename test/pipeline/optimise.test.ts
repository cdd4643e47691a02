/** `deconvnet optimise`: what it writes gives the same labels, and is passed over with a line where it does not hold. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodePhoto } from "../../src/image/node.ts";
import type * as Node from "../../src/node.ts";
import { encodeModel, GraphBuilder } from "../../src/onnx/index.ts";
import { writeModelFile } from "../../src/weights/node.ts";
import { tinyModel } from "../builders/tiny-model.ts";
import { drawShapes } from "../builders/tiny-voc.ts";
import { type Finished, runDeconvnet } from "../harness/run-process.ts";

const built = new URL("../../dist/node.js", import.meta.url);
const { loadSegmenter, optimiseModel } = (await import(/* @vite-ignore */ built.href)) as typeof Node;

const PHOTO = drawShapes(1, 0, 64).image;
let root: string;
let folder: string;
let model: string;
let optimised: string;
let plain: Uint8Array;
let next = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "optimise-"));
  await writeFile(join(root, "photo.png"), await encodePhoto(PHOTO, "png"));
});
afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  folder = join(root, `case-${next++}`);
  await mkdir(folder);
  model = join(folder, "tiny.safetensors");
  optimised = join(folder, "tiny.optimised.onnx");
  await writeModelFile(model, tinyModel({ evaluationSize: 64 }));
  plain = (await labelsOf(model)).labels;
  await optimiseModel(model);
});

/** The labels of the photo, and what was noted on the way. */
async function labelsOf(path: string, size?: number): Promise<{ labels: Uint8Array; notes: string[] }> {
  const notes: string[] = [];
  const options = { onNote: (text: string) => notes.push(text), ...(size === undefined ? {} : { size }) };
  await using segmenter = await loadSegmenter(path, options);
  return { labels: (await segmenter.segment(PHOTO)).data, notes };
}

async function numbersFile(): Promise<string> {
  const [name = ""] = (await readdir(folder)).filter((file) => file.endsWith(".data"));
  return join(folder, name);
}

/** Writes other text of the same length into the optimised model. */
async function replaceText(from: string, to: string): Promise<void> {
  const bytes = await readFile(optimised);
  const at = bytes.indexOf(from);
  expect(at).toBeGreaterThan(0);
  bytes.write(to.padEnd(from.length), at);
  await writeFile(optimised, bytes);
}

const PASSED_OVER = /: it is not used\. Write it again: deconvnet optimise .*tiny\.safetensors$/;

describe("an optimised model beside its model file", () => {
  it("is loaded in its stead: even if the model file's numbers are damaged, as its size and time tell that it is the same", async () => {
    expect(await labelsOf(model)).toEqual({ labels: plain, notes: [] });
    const bytes = await readFile(model);
    await writeFile(model, bytes.fill(0, bytes.length - 2000));
    const stamp = JSON.parse(/\{"format".*?\}\}/.exec((await readFile(optimised)).toString("latin1"))?.[0] ?? "");
    await utimes(model, new Date(), new Date(stamp.source.modified));
    expect((await labelsOf(model)).labels).toEqual(plain);
  });

  it("is two files, and the numbers of the one before are removed", async () => {
    const first = await numbersFile();
    const { numbers, tileSize } = await optimiseModel(model);
    expect(tileSize).toBe(64);
    expect(numbers).not.toBe(first);
    expect((await readdir(folder)).sort()).toEqual(
      ["tiny.optimised.onnx", "tiny.safetensors", numbers.slice(folder.length + 1)].sort(),
    );
    expect((await labelsOf(model)).notes).toEqual([]);
  });

  it("is used for a copy of the same contents, and not for another model of the same size", async () => {
    await copyFile(model, join(folder, "copy"));
    await rm(model);
    await copyFile(join(folder, "copy"), model);
    expect((await labelsOf(model)).notes).toEqual([]);
    await writeModelFile(model, tinyModel({ evaluationSize: 64, seed: 2 }));
    const { labels, notes } = await labelsOf(model);
    expect(notes).toEqual([expect.stringContaining("was made from another model file: it is not used.")]);
    expect(notes[0]).toMatch(PASSED_OVER);
    await rm(optimised);
    expect(labels).toEqual((await labelsOf(model)).labels);
  });

  it("is passed over where it holds for another runtime, another format or another size", async () => {
    expect((await labelsOf(model, 96)).notes).toEqual([expect.stringContaining("is for tiles of 64 px, not 96:")]);
    await replaceText('"onnxruntime":"1.', '"onnxruntime":"0.');
    expect(await labelsOf(model)).toEqual({
      labels: plain,
      notes: [expect.stringMatching(/is for onnxruntime-node 0\.\d+\.\d+, and this is 1\./)],
    });
    await replaceText('"format":1', '"format":7');
    expect((await labelsOf(model)).notes).toEqual([expect.stringContaining("has format 7, and this is 1:")]);
  });

  it.each([
    ["gone", (file: string) => rm(file), "got none at"],
    ["too short", (file: string) => truncate(file, 100), "got 100"],
  ])("is passed over where its numbers are %s", async (_, damage, reason) => {
    await damage(await numbersFile());
    const { labels, notes } = await labelsOf(model);
    expect(labels).toEqual(plain);
    expect(notes).toEqual([expect.stringContaining(reason)]);
    expect(notes[0]).toMatch(PASSED_OVER);
  });

  it.each([
    ["no model at all", Uint8Array.of(1, 2, 3)],
    ["a model that another program wrote", foreignModel()],
  ])("is passed over if it is %s", async (_, bytes) => {
    await writeFile(optimised, bytes);
    const { labels, notes } = await labelsOf(model);
    expect(labels).toEqual(plain);
    expect(notes).toEqual([expect.stringContaining("is no optimised model: it is not used.")]);
  });
});

function foreignModel(): Uint8Array {
  const g = new GraphBuilder("foreign");
  g.output(g.op("Relu", [g.input("x", "float32", [1])]));
  return encodeModel(g.build());
}

describe("an optimised model alone", () => {
  const segment = (path: string, ...more: string[]): Promise<Finished> =>
    runDeconvnet(["segment", join(root, "photo.png"), "--out", join(folder, "out"), "--model", path, ...more]);

  it("needs no model file; by command", async () => {
    const out = join(folder, "small.onnx");
    const { exit, stdout, stderr } = await runDeconvnet(["optimise", model, "--out", out, "--size", "32"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/small\.onnx and .*small-[0-9a-f]{8}\.data: 0\.\d MB, for tiles of 32 px\n$/);
    const expected = (await labelsOf(model, 32)).labels;
    await rm(model);
    expect((await labelsOf(out, 32)).labels).toEqual(expected);
    const shown = await segment(out, "--size", "32");
    expect({ exit: shown.exit, stderr: shown.stderr }).toEqual({ exit: 0, stderr: "" });
  });

  it("of another size or another device, or without its numbers, is one line", async () => {
    const lines: string[] = [];
    lines.push((await segment(optimised, "--size", "96")).stderr);
    await rm(await numbersFile());
    const { exit, stdout, stderr } = await segment(optimised);
    lines.push(stderr);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(lines[0]).toMatch(/^deconvnet: .*is for tiles of 64 px, not 96\. Write it again .*\n$/);
    expect(lines[1]).toMatch(
      /^deconvnet: createSession: expected the file that holds the model's numbers, got none at .*\n$/,
    );
    await expect(loadSegmenter(optimised, { device: "webgpu" })).rejects.toThrow("is for the device cpu, not webgpu.");
  });

  it("that another program wrote is one line", async () => {
    await writeFile(optimised, foreignModel());
    const { exit, stderr } = await segment(optimised);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^deconvnet: .*an ONNX model without its stamp at .*\. Give the \.safetensors file\.\n$/);
  });
});

describe("deconvnet optimise", () => {
  it.each([
    ["a model file that is not there", ["nowhere.safetensors"], /no such file at nowhere\.safetensors/],
    ["a folder that is not there", [join("models", "compact.safetensors"), "--out", "nowhere/x.onnx"], /nowhere/],
    ["a name with another ending", [join("models", "compact.safetensors"), "--out", "x.bin"], /ends with \.onnx/],
    [
      "layers that are no network",
      [join("models", "vgg16-conv1-conv3.safetensors")],
      /expected a network with classes/,
    ],
  ])("%s is one line", async (_, args, message) => {
    const { exit, stdout, stderr } = await runDeconvnet(["optimise", ...args]);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
