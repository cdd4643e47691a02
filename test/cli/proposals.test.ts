/** `deconvnet proposals` as a user runs it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { solidImage } from "../../src/image/index.ts";
import { decodePhoto, encodePhoto } from "../../src/image/node.ts";
import { type Proposal, writeEdgeForest, writeOpenCvForest } from "../../src/proposals/index.ts";
import { drawShapes, writeTinyVoc } from "../builders/tiny-voc.ts";
import { runDeconvnet } from "../harness/run-process.ts";
import { syntheticForest } from "../synthetic-forest.ts";

let folder = "";
const at = (...names: readonly string[]): string => join(folder, ...names);

interface ProposalsJson {
  readonly edges: { readonly description: string };
  readonly photos: readonly {
    readonly file: string;
    readonly width: number;
    readonly proposals: readonly Proposal[];
  }[];
  readonly failed: readonly { readonly file: string; readonly error: string }[];
}

interface RecallJson {
  readonly recall: readonly { readonly iou: number; readonly recall: number }[];
}

const readJson = (path: string): ProposalsJson => JSON.parse(readFileSync(path, "utf8")) as ProposalsJson;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "proposals-"));
  mkdirSync(at("photos"));
  writeFileSync(at("photos", "a.jpg"), await encodePhoto(drawShapes(1, 0).image, "jpeg"));
  writeFileSync(at("photos", "b.jpg"), "no photo");
  writeFileSync(at("photos", "c.png"), await encodePhoto(drawShapes(1, 1).image, "png"));
  writeFileSync(at("own.forest"), await writeEdgeForest(syntheticForest(1, 2, 3)));
  writeFileSync(at("opencv.yml.gz"), await writeOpenCvForest(syntheticForest(1, 2, 3)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("goes on past a bad photo, writes boxes and drawings of the others, and exits with 1", async () => {
  const outputs = ["--json", at("boxes.json"), "--draw", at("drawn")];
  const args = ["proposals", at("photos"), "--edges", "gradient", "--max", "40", ...outputs];
  const { exit, stdout, stderr } = await runDeconvnet(args);
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^edges: colour gradient, without a model\n1\/3 {2}.*a\.jpg \(96x72\): 40 boxes, best \d+x/);
  expect(stderr).toMatch(
    /^2\/3 {2}left out: .*b\.jpg: expected a photo[^\n]*\n.*got 1 that cannot: \S*b\.jpg\. [^\n]*\n$/,
  );
  const { photos, failed } = readJson(at("boxes.json"));
  expect(photos.map(({ file, proposals }) => [file, proposals.length])).toEqual([
    [at("photos", "a.jpg"), 40],
    [at("photos", "c.png"), 40],
  ]);
  const scores = photos[0]?.proposals.map(({ score }) => score) ?? [];
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(failed.map(({ file }) => file)).toEqual([at("photos", "b.jpg")]);
  expect(readdirSync(at("drawn")).sort()).toEqual(
    ["a", "c"].flatMap((stem) => [`${stem}-boxes.jpg`, `${stem}-edges.png`, `${stem}-orientation.png`]),
  );
  const drawn = await decodePhoto(readFileSync(at("drawn", "c-edges.png")), "c");
  expect([drawn.width, drawn.height]).toEqual([72, 96]);
});

test("a photo that is too large for the search is left out like one that cannot be read", async () => {
  writeFileSync(at("large.png"), await encodePhoto(solidImage({ width: 900, height: 600 }, [9, 9, 9]), "png"));
  const args = ["proposals", "large.png", "--edges", "gradient", "--set", "alpha=0.95", "--set", "minBoxArea=1"];
  const { exit, stderr } = await runDeconvnet(args, { cwd: folder });
  expect(exit).toBe(1);
  expect(stderr).toMatch(
    /^1\/1 {2}left out: edgeBoxes: expected at most 20000000 search windows, got \d+ for 900 x 600 px\./,
  );
  expect(stderr).toMatch(
    /\ndeconvnet: proposals: expected 1 photos that can be searched, got 1 that cannot: large\.png\./,
  );
});

test("a forest in either layout gives the same boxes, and its terms are printed", async () => {
  const results: ProposalsJson[] = [];
  for (const file of ["own.forest", "opencv.yml.gz"]) {
    const json = at(`${file}.json`);
    const args = ["proposals", at("photos", "a.jpg"), "--edges", at(file), "--scales", "1,2", "--json", json];
    const { exit, stdout, stderr } = await runDeconvnet(args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/^edges: random, seed 1\n/);
    results.push(readJson(json));
  }
  expect(results[0]?.photos).toEqual(results[1]?.photos);
  expect(results[0]?.photos[0]?.proposals.length).toBeGreaterThan(0);
});

test.each([
  { what: "an unknown parameter", args: ["--set", "betta=1"], message: "edgeBoxes: expected NAME=NUMBER with a name " },
  { what: "a parameter out of range", args: ["--set", "beta=2"], message: "edgeBoxes: expected beta to be a number " },
  { what: "a count of 0", args: ["--max", "0"], message: "option '--max <n>' argument '0' is invalid. Expected " },
  { what: "a wrong scale", args: ["--scales", "1,9"], message: "option '--scales <list>' argument '1,9' is invalid. " },
])("$what is wrong usage", async ({ args, message }) => {
  const { exit, stdout, stderr } = await runDeconvnet(["proposals", at("photos"), ...args]);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  expect(stderr).toMatch(/^deconvnet: [^\n]*\n$/);
  expect(stderr.slice("deconvnet: ".length)).toContain(message);
});

test.each([
  {
    what: "no such forest",
    args: ["--edges", "absent.forest"],
    message: /expected one of net, forest, gradient, or the file/,
  },
  {
    what: "a photo as forest",
    args: ["--edges", "photos/a.jpg"],
    message: /photos\/a\.jpg: readEdgeForest: expected a /,
  },
  {
    what: "scales without a forest",
    args: ["--edges", "gradient", "--scales", "1,2"],
    message: /expected no scales for the detector "gradient"/,
  },
  { what: "a missing folder", args: ["--json", "none/boxes.json"], message: /expected a folder for none\/boxes\.json/ },
  { what: "drawings over photos", args: ["--draw", "photos"], message: /photos\/x-edges\.png would be replaced/ },
])("$what is one line and exit 1", async ({ args, message }) => {
  writeFileSync(at("photos", "x-edges.png"), "");
  const names = ["photos/x-edges.png", "photos/x.jpg"];
  const { exit, stderr } = await runDeconvnet(["proposals", ...names, ...args], { cwd: folder });
  rmSync(at("photos", "x-edges.png"));
  expect(exit).toBe(1);
  expect(stderr).toMatch(/^deconvnet: [^\n]*\n$/);
  expect(stderr).toMatch(message);
});

describe("evaluate", () => {
  beforeAll(() => writeTinyVoc(at("voc")));

  test("label maps: a table, JSON and curves", async () => {
    mkdirSync(at("curves"));
    const args = [
      "--data",
      at("voc"),
      "--split",
      "val",
      "--edges",
      "gradient",
      "--min-pixels",
      "50",
      "--max",
      "300",
      "--set",
      "minBoxArea=100",
    ];
    const outputs = ["--json", at("recall.json"), "--curves", at("curves")];
    const { exit, stdout } = await runDeconvnet(["proposals", "evaluate", ...args, ...outputs]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /^edges: colour gradient.*\n2 photos of \S+voc, split "val"; objects: components\n {3}boxes IoU 0\.5/,
    );
    const json = JSON.parse(readFileSync(at("recall.json"), "utf8")) as RecallJson;
    expect(json).toMatchObject({ photos: 2, source: "components", minPixels: 50, most: 300 });
    expect(json.recall[0]?.recall).toBeGreaterThan(0.5);
    for (const name of ["recall-over-iou.svg", "recall-over-boxes.svg"]) {
      expect(readFileSync(at("curves", name), "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
    }
  });

  test("annotated boxes are taken where there are some, and on demand without label maps", async () => {
    mkdirSync(at("boxes", "Annotations"), { recursive: true });
    mkdirSync(at("boxes", "ImageSets", "Main"), { recursive: true });
    mkdirSync(at("boxes", "JPEGImages"));
    const box = "<bndbox><xmin>10</xmin><ymin>10</ymin><xmax>60</xmax><ymax>60</ymax></bndbox>";
    writeFileSync(at("boxes", "ImageSets", "Main", "val.txt"), "a\n");
    writeFileSync(at("boxes", "JPEGImages", "a.jpg"), readFileSync(at("photos", "a.jpg")));
    writeFileSync(
      at("boxes", "Annotations", "a.xml"),
      `<annotation><object><name>x</name>${box}</object></annotation>`,
    );
    const args = ["--data", at("boxes"), "--split", "val", "--objects", "boxes", "--edges", "gradient"];
    const { exit, stdout } = await runDeconvnet(["proposals", "evaluate", ...args]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/objects: boxes\n[\s\S]*\n1 objects; /);
  });

  test("a split without objects, and instances that are not there", async () => {
    const args = ["proposals", "evaluate", "--data", "voc", "--split", "val", "--edges", "gradient"];
    const none = await runDeconvnet([...args, "--min-pixels", "99999"], { cwd: folder });
    expect(none.exit).toBe(1);
    expect(none.stderr).toMatch(/expected objects of at least 99999 px in 2 photos, got none/);
    const instances = await runDeconvnet([...args, "--objects", "instances"], { cwd: folder });
    expect(instances.exit).toBe(1);
    expect(instances.stderr).toMatch(/expected an instance map of each photo in SegmentationObject/);
  });
});
