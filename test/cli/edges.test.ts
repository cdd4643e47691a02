/** `deconvnet edges` as a user runs it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { image } from "../../src/image/index.ts";
import { encodePhoto } from "../../src/image/node.ts";
import { fillVoid } from "../../src/labels/index.ts";
import { readForest, regionBoundaries } from "../../src/proposals/index.ts";
import { writeTinyBsds } from "../builders/tiny-bsds.ts";
import { drawShapes, writeTinyVoc } from "../builders/tiny-voc.ts";
import { type Finished, runDeconvnet } from "../harness/run-process.ts";

const PHOTOS = 6;
let folder = "";
const at = (...names: readonly string[]): string => join(folder, ...names);
const edges = (...args: readonly string[]): Promise<Finished> => runDeconvnet(["edges", ...args]);
const train = (data: string, out: string, ...more: readonly string[]): Promise<Finished> =>
  edges("train", "--data", at(data), "--out", at(out), "--patches", "600", "--trees", "3", "--features", "20", ...more);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edges-"));
  await writeTinyBsds(at("bsds"), "train", PHOTOS);
  await writeTinyVoc(at("voc"), { photos: 4 });
  writeFileSync(at("held-out.txt"), "1000\n1003\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("train", () => {
  test("gives the same forest with one worker and with three, and keeps what it was trained on", async () => {
    const first = await train("bsds", "a.forest", "--hold-out", at("held-out.txt"), "--workers", "1", "--seed", "7");
    expect({ exit: first.exit, stdout: first.stdout.split("\n")[0] }).toEqual({
      exit: 0,
      stdout: "training on 4 photos of bsds",
    });
    const second = await train("bsds", "b.forest", "--hold-out", at("held-out.txt"), "--workers", "3", "--seed", "7");
    expect(second.exit).toBe(0);
    expect(readFileSync(at("b.forest"))).toEqual(readFileSync(at("a.forest")));
    const { description, treeStarts } = await readForest(readFileSync(at("a.forest")));
    expect(treeStarts).toHaveLength(4);
    expect(description).toMatch(
      /^structured forest trained on 4 photos of bsds: 3 trees, 1 evaluated, 300 \+ 300 patches a tree, 20 features a node, seed 7\. Terms of the Berkeley /,
    );
  });

  test("takes label maps, and writes OpenCV's layout with the terms that are given", async () => {
    const { exit, stdout } = await train("voc", "voc.yml.gz", "--terms", "Drawn for a test.");
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^training on 3 photos of voc\n/);
    expect((await readForest(readFileSync(at("voc.yml.gz")))).description).toMatch(/ Drawn for a test\.$/);
  });

  test("an edge net, which finds edges and tells what it was trained on", async () => {
    await writeTinyVoc(at("large"), { photos: 4, side: 200 });
    const args = [
      "--data",
      at("large"),
      "--out",
      at("own.safetensors"),
      "--steps",
      "3",
      "--terms",
      "Drawn for a test.",
    ];
    const { exit, stdout } = await edges("train", ...args);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^training on 3 photos of large\n\S+own\.safetensors: trained in /);
    const onward = [...args.slice(0, 3), at("more.safetensors"), "--steps", "1", "--from", at("own.safetensors")];
    expect((await edges("train", ...onward)).exit).toBe(0);
    const scored = await edges("evaluate", "--data", at("large"), "--edges", at("more.safetensors"));
    expect(scored.exit).toBe(0);
    expect(scored.stdout).toMatch(/^edges: edge net trained on 3 photos of large\. Terms: /);
    expect(Number(SCORES.exec(scored.stdout)?.[1])).toBeGreaterThan(0);
    const info = await runDeconvnet(["info", at("own.safetensors")]);
    expect(info.stdout).toMatch(/edge-net[\s\S]*Drawn for a test\./);
    const segmented = await runDeconvnet([
      "segment",
      at("large", "JPEGImages"),
      "--model",
      at("own.safetensors"),
      "--out",
      at("out"),
    ]);
    expect(segmented.stderr).toMatch(/expected a network with classes .*, got some layers of "edge-net"/);
  });

  test.each([
    [["a.safetensors", "--trees", "3"], /expected no --trees for an edge net \(a\.safetensors\), got one/],
    [["a.safetensors", "--min-child", "3"], /expected no --min-child for an edge net/],
    [["a.forest", "--steps", "3"], /expected no --steps for a forest \(a\.forest\), got one/],
  ] as const)("%j is wrong usage", async (out, message) => {
    const { exit, stderr } = await edges("train", "--data", at("bsds"), "--out", ...out);
    expect(exit).toBe(2);
    expect(stderr).toMatch(message);
  });

  test.each([
    [
      "another ending",
      2,
      ["bsds", "a.bin"],
      /expected a name that ends with \.forest \(compact\), \.yml\.gz .* or \.safetensors/,
    ],
    ["a missing folder", 1, ["bsds", "none/a.forest"], /edges: expected a folder for .*none/],
    ["no data set", 1, [".", "a.forest"], /expected JPEGImages\/ and SegmentationClass\//],
    [
      "an unknown part",
      1,
      ["bsds", "c.forest", "--split", "val"],
      /expected a folder images\/val in .*, got only train\./,
    ],
  ] as const)("%s is one line and exit %i", async (_, code, [data, out, ...more], message) => {
    const { exit, stderr } = await train(data, out, ...more);
    expect(exit).toBe(code);
    expect(stderr).toMatch(/^deconvnet: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  });
});

const SCORES = /^ODS ([\d.]+) \(threshold [\d.]+, precision [\d.]+, recall [\d.]+\) {2}OIS ([\d.]+) {2}AP ([\d.]+)$/m;

describe("evaluate", () => {
  test("maps that are the boundaries score best, at any strength", async () => {
    mkdirSync(at("maps"));
    for (let i = 0; i < PHOTOS; i++) {
      const { data, width, height } = fillVoid(drawShapes(5, i).labels);
      const grey = regionBoundaries({ data, width, height }).data.map((on) => 200 * on);
      const rgb = Uint8Array.from({ length: 3 * grey.length }, (_, k) => grey[Math.floor(k / 3)] ?? 0);
      writeFileSync(at("maps", `${1000 + i}.png`), await encodePhoto(image(rgb, height, width), "png"));
    }
    const { exit, stdout } = await edges(
      "evaluate",
      "--data",
      at("bsds"),
      "--predictions",
      at("maps"),
      "--json",
      at("e.json"),
    );
    expect(exit).toBe(0);
    // Region boundaries are thin already, so that thinning leaves them as they are, and each pixel matches itself.
    expect(stdout).toMatch(/^ODS 1\.000 \(threshold [\d.]+, precision 1\.000, recall 1\.000\) {2}OIS 1\.000 /m);
    const json = JSON.parse(readFileSync(at("e.json"), "utf8")) as { ods: { f: number }; curve: unknown[] };
    expect(json.ods.f).toBe(1);
    expect(json.curve).toHaveLength(99);
  });

  test("a detector on the ids of a list", async () => {
    const args = ["--data", at("bsds"), "--list", at("held-out.txt"), "--edges", "gradient"];
    const { exit, stdout } = await edges("evaluate", ...args);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^edges: colour gradient, without a model\n2 photos of bsds\nODS /);
    expect(Number(SCORES.exec(stdout)?.[1])).toBeGreaterThan(0.4);
  });

  test.each([
    ["a missing map", ["--predictions", "."], /expected an edge map of each photo, got .*1000\.png/],
    [
      "an id that is not there",
      ["--list", "odd.txt"],
      /expected a photo for each of 1 ids in \S+, got none for 1: 77\./,
    ],
    ["--nms without maps", ["--nms"], /expected --predictions with --nms, got none/],
  ])("%s is one line", async (_, args, message) => {
    writeFileSync(at("odd.txt"), "77\n");
    const { exit, stderr } = await runDeconvnet(["edges", "evaluate", "--data", "bsds", ...args], { cwd: folder });
    expect(exit).not.toBe(0);
    expect(stderr).toMatch(/^deconvnet: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  });
});
