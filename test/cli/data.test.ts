/** `deconvnet data` as a user runs it. */
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeLabelMap, labelMap } from "../../src/labels/index.ts";
import { drawShapes, writeTinyVoc } from "../builders/tiny-voc.ts";
import { runDeconvnet } from "../harness/run-process.ts";

let base: string;
let good: string;
let binary: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "data-"));
  good = join(base, "good");
  await writeTinyVoc(good, { seed: 2, side: 32 });
  binary = join(base, "binary");
  await cp(good, binary, { recursive: true });
  await writeFile(join(binary, "classes.txt"), "background\r\nshape \r\n");
  for (const [index, name] of (await readdir(join(binary, "SegmentationClass"))).sort().entries()) {
    const { data, height, width } = drawShapes(2, index, 32).labels;
    const mask = labelMap(
      data.map((value) => (value === 0 ? 0 : 255)),
      height,
      width,
    );
    await writeFile(join(binary, "SegmentationClass", name), encodeLabelMap(mask));
  }
});
afterAll(() => rm(base, { recursive: true }));

describe("data check", () => {
  test("prints a table for each split, and warnings with exit 0", async () => {
    const { exit, stdout, stderr } = await runDeconvnet(["data", "check", good]);
    expect({ exit, stderr: stderr.replace(/^\d+\/8 photos\n/gm, "") }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/good: VOC layout, 8 photos, 4 classes\n/);
    expect(stdout).toMatch(
      /train: 6 photos, 4608 pixels, void .* %; label maps: 6 indexed, 8 bits\n {2}value {2}class/,
    );
    expect(stdout).toMatch(/\nerrors: none\n\nwarnings: 3\n {2}expected at least 20 photos in train, got 6: /);
  });

  test("ends with exit 1 on errors, and takes --map, --classes and --splits", async () => {
    const { exit, stdout, stderr } = await runDeconvnet(["data", "check", binary]);
    expect(exit).toBe(1);
    expect(stdout).toContain("did you mean {0, 1}? Pass --map 255=1.\n");
    expect(stderr).toContain(
      'deconvnet: data check: expected no errors, got 1. Correct what is named under "errors".\n',
    );
    const classes = join(base, "two.txt");
    await writeFile(classes, "nothing\nsomething\n");
    const mapped = await runDeconvnet([
      "data",
      "check",
      binary,
      "--map",
      "255=1",
      "--classes",
      classes,
      "--splits",
      "val",
      "--json",
    ]);
    const report = JSON.parse(mapped.stdout) as { classes: string[]; splits: { name: string }[]; ok: boolean };
    expect(report).toMatchObject({ classes: ["nothing", "something"], splits: [{ name: "val" }], ok: true });
  });

  test("says in one line what is no data set", async () => {
    const { exit, stderr } = await runDeconvnet(["data", "check", join(base, "none")]);
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr: `deconvnet: openDataset: expected a folder, got ${join(base, "none")}, which does not exist.\n`,
    });
    expect((await runDeconvnet(["data", "chekc", good])).stderr).toContain(
      "unknown command 'chekc' (Did you mean check?)",
    );
  });
});
