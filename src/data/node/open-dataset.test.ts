import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPng } from "../../../test/builders/png.ts";
import { drawShapes, TINY_VOC_CLASSES, writeTinyVoc } from "../../../test/builders/tiny-voc.ts";
import { DatasetError, FormatError, OptionError } from "../../errors.ts";
import { encodePhoto } from "../../image/node.ts";
import { encodeLabelMap, labelMap, VOC_CLASSES } from "../../labels/index.ts";
import { indexClasses } from "./index-classes.ts";
import { type DatasetOptions, openDataset } from "./open-dataset.ts";
import { readExample } from "./read-example.ts";

let whole: string;
let folder: string;
beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), "voc-"));
  await writeTinyVoc(whole);
});
afterAll(() => rm(whole, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "set-"));
  await cp(whole, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const open = (changes: Partial<DatasetOptions> = {}) => openDataset(folder, { split: "train", ...changes });
const list = (name: string) => join(folder, "ImageSets", "Segmentation", `${name}.txt`);
const labelPath = (index: number) => join(folder, "SegmentationClass", `shapes_000${index}.png`);
const photoPath = (index: number) => join(folder, "JPEGImages", `shapes_000${index}.jpg`);

describe("openDataset", () => {
  it("opens a VOC folder and reads what was written", async () => {
    const dataset = await open();
    expect(dataset.files.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `shapes_000${i}`));
    expect(dataset.names).toEqual(TINY_VOC_CLASSES);
    for (const [i, file] of dataset.files.entries()) {
      const example = await readExample(dataset, i);
      const drawn = drawShapes(1, i);
      expect(example.id).toBe(file.id);
      expect([...example.labels.data]).toEqual([...drawn.labels.data]);
      expect([example.image.height, example.image.width]).toEqual([drawn.image.height, drawn.image.width]);
    }
    expect((await open({ split: "val" })).files.length).toBe(2);
    expect((await open({ split: "all" })).files.length).toBe(8);
  });

  it("finds the year in a development kit", async () => {
    const kit = join(folder, "kit", "VOCdevkit");
    await mkdir(kit, { recursive: true });
    await cp(whole, join(kit, "VOC2012"), { recursive: true });
    expect((await openDataset(join(folder, "kit"), { split: "val" })).files[0]?.photo).toContain("VOC2012");
    expect((await openDataset(kit, { split: "val" })).files.length).toBe(2);
  });

  it("opens plain folders with lists, with a folder for each split, and without either", async () => {
    await rename(join(folder, "JPEGImages"), join(folder, "images"));
    await rename(join(folder, "SegmentationClass"), join(folder, "labels"));
    expect((await open({ split: "all" })).files.length).toBe(8);
    await writeFile(join(folder, "some.txt"), "shapes_0003\nshapes_0001");
    expect((await open({ split: "some" })).files.map(({ id }) => id)).toEqual(["shapes_0003", "shapes_0001"]);
    for (const kind of ["images", "labels"]) {
      const ending = kind === "images" ? "jpg" : "png";
      await mkdir(join(folder, kind, "val"));
      await rename(join(folder, kind, `shapes_0007.${ending}`), join(folder, kind, "val", `shapes_0007.${ending}`));
    }
    expect((await open({ split: "val" })).files.map(({ id }) => id)).toEqual(["shapes_0007"]);
    await expect(open({ split: "test" })).rejects.toThrow(/expected a split "test".*only some, val/);
    await rm(join(folder, "classes.txt"));
    await expect(open({ split: "val" })).rejects.toThrow(/expected a class list, got none at .*classes\.txt/);
  });

  it("takes lists with Windows line ends, blanks and file names", async () => {
    await writeFile(list("odd"), "\uFEFFshapes_0002.jpg \r\n\r\n  shapes_0000\r\n");
    expect((await open({ split: "odd" })).files.map(({ id }) => id)).toEqual(["shapes_0002", "shapes_0000"]);
  });

  it("has the VOC classes without a class list, or the ones it is given", async () => {
    await rm(join(folder, "classes.txt"));
    expect((await open()).names).toEqual(VOC_CLASSES);
    expect((await open({ classes: ["a", "b"] })).names).toEqual(["a", "b"]);
  });

  it("maps classes and values", async () => {
    const dataset = await open({ wanted: ["background", "triangle"], others: "void", map: ["255=triangle"] });
    const { labels } = await readExample(dataset, 1);
    const drawn = drawShapes(1, 1).labels.data;
    const table: Record<number, number> = { 0: 0, 1: 255, 2: 255, 3: 1, 255: 1 };
    expect([...labels.data]).toEqual([...drawn].map((value) => table[value]));
    await expect(open({ map: ["7=9"] })).rejects.toThrow(OptionError);
  });

  it("uses instance maps where there are any", async () => {
    await mkdir(join(folder, "SegmentationObject"));
    await cp(labelPath(1), join(folder, "SegmentationObject", "shapes_0001.png"));
    const dataset = await open();
    expect((await readExample(dataset, 1)).instances?.data).toEqual((await readExample(dataset, 1)).labels.data);
    expect((await readExample(dataset, 0)).instances).toBeUndefined();
  });
});

describe("a damaged set", () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "a folder that is not there",
      () => openDataset(join(folder, "none"), { split: "train" }),
      /expected a folder, got .*none, which does not exist/,
    ],
    [
      "an empty folder",
      async () =>
        openDataset(await mkdir(join(folder, "empty"), { recursive: true }).then(() => join(folder, "empty")), {
          split: "train",
        }),
      /got the empty folder/,
    ],
    [
      "another folder",
      () => openDataset(join(folder, "ImageSets"), { split: "train" }),
      /expected JPEGImages\/ and SegmentationClass\/ .*got Segmentation/,
    ],
    [
      "a missing list",
      () => open({ split: "trian" }),
      /expected a split "trian" \(.*trian\.txt\), got only train, trainval, val/,
    ],
    [
      "an empty list",
      () => writeFile(list("train"), "\r\n \n").then(() => open()),
      /at least 1 photo in the split "train", got none in .*train\.txt/,
    ],
    [
      "ids without photos",
      () => writeFile(list("train"), "shapes_0000\na\nb\nc\nd").then(() => open()),
      /expected a photo for each of 5 ids in .*JPEGImages, got none for 4: a, b, c, \.\.\./,
    ],
    [
      "an id without label map",
      () => rm(labelPath(3), { force: true }).then(() => open()),
      /expected a label map for each of 6 ids in .*got none for 1: shapes_0003\./,
    ],
  ])("is told apart: %s", async (_, act, message) => {
    await expect(act()).rejects.toThrow(DatasetError);
    await expect(act()).rejects.toThrow(message);
  });

  it("a truncated photo, a photo that is text", async () => {
    await writeFile(photoPath(0), (await readFile(photoPath(0))).subarray(0, 900));
    await writeFile(photoPath(1), "hello");
    const dataset = await open();
    await expect(readExample(dataset, 0)).rejects.toThrow(FormatError);
    await expect(readExample(dataset, 0)).rejects.toThrow(/shapes_0000\.jpg: expected a whole photo/);
    await expect(readExample(dataset, 1)).rejects.toThrow(/shapes_0001\.jpg: expected a photo .*got 5 bytes/);
  });

  it("a truncated label map, one with 16 bits, one that is a JPEG", async () => {
    await writeFile(labelPath(0), (await readFile(labelPath(0))).subarray(0, 900));
    await writeFile(
      labelPath(1),
      buildPng({ width: 1, height: 1, bits: 16, colorType: 0, rows: [Uint8Array.of(0, 1)] }),
    );
    await cp(photoPath(2), labelPath(2));
    const dataset = await open();
    for (const photo of [0, 1, 2]) await expect(readExample(dataset, photo)).rejects.toThrow(FormatError);
    await expect(readExample(dataset, 0)).rejects.toThrow(/shapes_0000\.png: .*cut off at 900 bytes/);
    await expect(readExample(dataset, 1)).rejects.toThrow(/got 16\. Save it with 8 bits/);
    await expect(readExample(dataset, 2)).rejects.toThrow(/expected a PNG/);
    await expect(indexClasses(dataset)).rejects.toThrow(/shapes_0000\.png/);
  });

  it("a label map of another size or turned, unknown values", async () => {
    const { labels } = drawShapes(1, 0);
    await writeFile(labelPath(0), encodeLabelMap(labelMap(labels.data, labels.width, labels.height)));
    await writeFile(labelPath(1), encodeLabelMap(labelMap(new Uint8Array(6), 2, 3)));
    await writeFile(
      labelPath(2),
      encodeLabelMap(
        labelMap(
          drawShapes(1, 2).labels.data.map((v) => (v === 3 ? 7 : v)),
          72,
          96,
        ),
      ),
    );
    const dataset = await open();
    for (const photo of [0, 1, 2]) await expect(readExample(dataset, photo)).rejects.toThrow(DatasetError);
    await expect(readExample(dataset, 0)).rejects.toThrow(
      /shapes_0000\.png: expected the photo's size 96x72 .*got 72x96\. .*EXIF/,
    );
    await expect(readExample(dataset, 1)).rejects.toThrow(/expected the photo's size 72x96 .*got 3x2/);
    await expect(readExample(dataset, 2)).rejects.toThrow(
      /shapes_0002\.png: expected classes 0 to 3 and void 255, got 7 \(\d+ pixels\)/,
    );
    await expect(readExample(dataset, 6)).rejects.toThrow(/a photo 0 to 5, got 6/);
  });

  it("photos turned by EXIF fit label maps of the upright size", async () => {
    const { image, labels } = drawShapes(1, 0);
    const sharp = (await import("sharp")).default;
    const lying = await sharp(await encodePhoto(image, "png"))
      .rotate(-90)
      .png()
      .toBuffer();
    await writeFile(
      photoPath(0),
      await sharp(lying).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer(),
    );
    const example = await readExample(await open(), 0);
    expect([example.image.height, example.image.width]).toEqual([labels.height, labels.width]);
    const disc = labels.data.indexOf(1);
    expect(example.image.data[3 * disc] ?? 0).toBeGreaterThan(150); // the disc is red where its label is
  });
});

describe("indexClasses", () => {
  it("counts the pixels of each class, reports progress and can be cancelled", async () => {
    const dataset = await open();
    const steps: number[] = [];
    const index = await indexClasses(dataset, { onProgress: (done) => steps.push(done) });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
    const counts = new Uint32Array(4);
    for (const value of drawShapes(1, 4).labels.data) if (value < 4) counts[value]!++;
    expect(index.pixels.subarray(16, 20)).toEqual(counts);
    const reason = new Error("stop");
    await expect(indexClasses(dataset, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
