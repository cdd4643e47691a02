import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drawShapes } from "../../../test/builders/tiny-voc.ts";
import { DatasetError, OptionError } from "../../errors.ts";
import { encodePhoto } from "../../image/node.ts";
import { decodeLabelMap, encodeLabelMap, labelMap, VOC_CLASSES } from "../../labels/index.ts";
import { importPennFudan } from "./import-penn-fudan.ts";
import { openDataset } from "./open-dataset.ts";
import { readExample } from "./read-example.ts";
import { writeSampleSet } from "./sample-set.ts";
import { checkDataset } from "./scan-dataset.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sets-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("writeSampleSet", () => {
  it("writes a set without errors, with the label maps of the package and the credits", async () => {
    const target = join(folder, "a", "sample");
    await writeSampleSet(target);
    const report = await checkDataset(target, { photos: "header", fewPhotos: 0 });
    expect(report.findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(report.splits.map(({ name, photos }) => [name, photos])).toEqual([
      ["train", 6],
      ["trainval", 8],
      ["val", 2],
    ]);
    expect(report.splits[0]?.classes.every(({ pixels }) => pixels > 0)).toBe(true);
    const shipped = new URL("../../../examples/photos/", import.meta.url);
    const [dataset] = [await openDataset(target, { split: "all", wanted: VOC_CLASSES })];
    for (const [i, { id }] of dataset.files.entries()) {
      const { image, labels } = await readExample(dataset, i);
      const original = decodeLabelMap(await readFile(new URL(`labels/${id}.png`, shipped)), id);
      expect(
        labels.data.every((value, at) => value === original.data[at]),
        id,
      ).toBe(true);
      expect([image.height, image.width]).toEqual([original.height, original.width]);
    }
    expect(await readFile(join(target, "CREDITS.md"), "utf8")).toContain("CC BY 4.0");
    expect(await readdir(join(folder, "a"))).toEqual(["sample"]);
  });

  it("writes into an empty folder, never over files", async () => {
    await writeSampleSet(folder);
    await expect(writeSampleSet(folder)).rejects.toThrow(OptionError);
    await expect(writeSampleSet(join(folder, "classes.txt"))).rejects.toThrow(
      /got .*classes\.txt, which is a file\. Name/,
    );
    await expect(writeSampleSet(join(folder, "classes.txt", "x"))).rejects.toThrow(
      /expected a folder that can be made/,
    );
  });
});

it.skipIf(process.platform === "win32")("a set is for everyone who may read folders, also behind a link", async () => {
  await mkdir(join(folder, "empty"));
  await symlink("empty", join(folder, "link"));
  await writeSampleSet(join(folder, "link"));
  await mkdir(join(folder, "usual"));
  expect(await readdir(join(folder, "empty"))).toContain("classes.txt");
  expect((await stat(join(folder, "empty"))).mode).toBe((await stat(join(folder, "usual"))).mode);
  expect((await readdir(folder)).sort()).toEqual(["empty", "link", "usual"]);
});

describe("importPennFudan", () => {
  /** A download of 8 + 4 drawn photos; the shapes of a photo are its pedestrians. */
  async function writeDownload(): Promise<string> {
    const root = join(folder, "PennFudanPed");
    for (const name of ["PNGImages", "PedMasks"]) await mkdir(join(root, name), { recursive: true });
    for (let index = 0; index < 12; index++) {
      const id = `${index < 8 ? "Fudan" : "Penn"}Ped0000${index}`;
      const { image, labels } = drawShapes(1, index, 32);
      const mask = labels.data.map((value) => (value === 255 ? 0 : value));
      await writeFile(join(root, "PNGImages", `${id}.png`), await encodePhoto(image, "png"));
      await writeFile(
        join(root, "PedMasks", `${id}_mask.png`),
        encodeLabelMap(labelMap(mask, image.height, image.width)),
      );
    }
    return root;
  }

  it("makes a VOC set: a quarter of each source to validate on, persons as class and one by one", async () => {
    const root = await writeDownload();
    const target = join(folder, "pedestrians");
    const steps: number[] = [];
    expect(await importPennFudan(folder, target, { onProgress: (done) => steps.push(done) })).toEqual({
      train: 9,
      val: 3,
    });
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    const val = await openDataset(target, { split: "val" });
    expect(val.files.filter(({ id }) => id.startsWith("Fudan"))).toHaveLength(2);
    const all = await openDataset(target, { split: "trainval" });
    expect(all.names).toEqual(["background", "person"]);
    for (const [i, { id, photo }] of all.files.entries()) {
      const { labels, instances } = await readExample(all, i);
      const mask = decodeLabelMap(await readFile(join(root, "PedMasks", `${id}_mask.png`)), id);
      expect([...(instances?.data ?? [])]).toEqual([...mask.data]);
      expect([...labels.data]).toEqual([...mask.data].map((value) => Math.min(value, 1)));
      expect(await readFile(photo)).toEqual(await readFile(join(root, "PNGImages", `${id}.png`)));
    }
    expect((await checkDataset(target)).ok).toBe(true);
    await importPennFudan(root, join(folder, "again"));
    expect((await openDataset(join(folder, "again"), { split: "val" })).files.map(({ id }) => id)).toEqual(
      val.files.map(({ id }) => id),
    );
  });

  it("says what is not there, and leaves nothing behind", async () => {
    const target = join(folder, "out");
    await expect(importPennFudan(join(folder, "none"), target)).rejects.toThrow(
      /PNGImages\/ and PedMasks\/ in .*none, got no folder/,
    );
    const root = await writeDownload();
    await writeFile(join(root, "PedMasks", "FudanPed00003_mask.png"), "no mask");
    await expect(importPennFudan(root, target)).rejects.toThrow(/FudanPed00003_mask\.png: expected a PNG/);
    await rm(join(root, "PedMasks", "FudanPed00003_mask.png"));
    await expect(importPennFudan(root, target)).rejects.toThrow(DatasetError);
    await expect(importPennFudan(root, target)).rejects.toThrow(
      /got 1 without the other: no PedMasks\/FudanPed00003_mask\.png\. /,
    );
    await rm(join(root, "PNGImages", "FudanPed00003.png"));
    await rm(join(root, "PNGImages", "PennPed000010.png"));
    await expect(importPennFudan(root, target)).rejects.toThrow(
      /without the other: no PNGImages\/PennPed000010\.png\. Unpack/,
    );
    expect((await readdir(folder)).sort()).toEqual(["PennFudanPed"]);
  });
});
