import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPng, packRow } from "../../../test/builders/png.ts";
import { drawShapes, writeTinyVoc } from "../../../test/builders/tiny-voc.ts";
import { DatasetError } from "../../errors.ts";
import { encodePhoto } from "../../image/node.ts";
import { encodeLabelMap, labelMap, VOC_PALETTE, VOID } from "../../labels/index.ts";
import { classIndexOf } from "../check/index.ts";
import { indexClasses } from "./index-classes.ts";
import { openDataset } from "./open-dataset.ts";
import { checkDataset, type ScanOptions, scanDataset } from "./scan-dataset.ts";

let whole: string;
let folder: string;
beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), "voc-"));
  await writeTinyVoc(whole, { seed: 2, side: 32 });
});
afterAll(() => rm(whole, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "set-"));
  await cp(whole, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const list = (name: string) => join(folder, "ImageSets", "Segmentation", `${name}.txt`);
const labelPath = (index: number) => join(folder, "SegmentationClass", `shapes_000${index}.png`);
const photoPath = (index: number) => join(folder, "JPEGImages", `shapes_000${index}.jpg`);
const check = (options: ScanOptions = {}) => checkDataset(folder, { fewPhotos: 0, ...options });

/** The lines of a check, as `level: message`. */
async function lines(options: ScanOptions = {}): Promise<string[]> {
  return (await check(options)).findings.map(({ level, message }) => `${level}: ${message}`);
}

/** Writes every label map anew with other values. */
async function relabel(change: (value: number, index: number) => number): Promise<void> {
  for (let index = 0; index < 8; index++) {
    const { data, height, width } = drawShapes(2, index, 32).labels;
    const changed = labelMap(
      data.map((value) => change(value, index)),
      height,
      width,
    );
    await writeFile(labelPath(index), encodeLabelMap(changed));
  }
}

/** A label map as rows of numbers, for files of other kinds. */
function rowsOf(index: number): { height: number; width: number; rows: number[][] } {
  const { data, height, width } = drawShapes(2, index, 32).labels;
  const rows = Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);
  return { height, width, rows };
}

describe("a good set", () => {
  it("has no findings, and its statistics are those of the drawings", async () => {
    const report = await check();
    expect(report).toMatchObject({ layout: "voc", photos: 8, findings: [], ok: true });
    expect(report.splits.map(({ name, photos }) => [name, photos])).toEqual([
      ["train", 6],
      ["trainval", 8],
      ["val", 2],
    ]);
    const drawn = [6, 7].map((index) => drawShapes(2, index, 32).labels.data);
    const pixels = drawn.map((data) => data.length).reduce((a, b) => a + b);
    const count = (value: number) => drawn.map((data) => data.filter((x) => x === value).length);
    const val = report.splits[2];
    expect(val).toMatchObject({ pixels, stored: { "indexed, 8 bits": 2 } });
    expect(val?.voidShare).toBeCloseTo(count(VOID).reduce((a, b) => a + b) / pixels, 12);
    for (const [value, { name, pixels, photos }] of val?.classes.entries() ?? []) {
      expect([name, pixels], name).toEqual([report.classes[value], count(value).reduce((a, b) => a + b)]);
      expect(photos).toBe(count(value).filter((n) => n > 0).length);
    }
    expect(val?.classes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(val?.values.at(-1)).toMatchObject({ value: 255, class: "void" });
  });

  it.each([1, 2, 4, 8])("is as good with grey and with indexed files of %d bits", async (bits) => {
    await relabel((value) => (value === VOID ? 0 : Math.min(value, 2 ** bits - 1)));
    const before = await check();
    const palette = VOC_PALETTE.slice(0, 2 ** bits);
    for (const colorType of [0, 3]) {
      for (let index = 0; index < 8; index++) {
        const { height, width, rows } = rowsOf(index);
        const packed = rows.map((row) =>
          packRow(
            row.map((value) => (value === VOID ? 0 : Math.min(value, 2 ** bits - 1))),
            bits,
          ),
        );
        const png = buildPng({ width, height, bits, colorType, rows: packed, ...(colorType === 3 ? { palette } : {}) });
        await writeFile(labelPath(index), png);
      }
      const after = await check();
      expect(after.findings).toEqual(before.findings);
      const stored = `${colorType === 3 ? "indexed" : "grey"}, ${bits} ${bits === 1 ? "bit" : "bits"}`;
      expect(after.splits).toEqual(before.splits.map((split) => ({ ...split, stored: { [stored]: split.photos } })));
    }
  });

  it("may have CMYK photos, label maps with an opaque alpha channel, colours, Windows line ends and spaces", async () => {
    await writeFile(photoPath(0), await sharp(photoPath(0)).toColourspace("cmyk").jpeg().toBuffer());
    for (const [index, channels] of [
      [1, 3],
      [2, 4],
    ] as const) {
      const { height, width, rows } = rowsOf(index);
      const colors = rows.map((row) =>
        Uint8Array.from(row.flatMap((value) => [...VOC_PALETTE[value]!, ...(channels === 4 ? [255] : [])])),
      );
      const png = buildPng({ width, height, bits: 8, colorType: channels === 4 ? 6 : 2, rows: colors });
      await writeFile(labelPath(index), png);
    }
    await writeFile(list("train"), "\uFEFFshapes_0000 \r\n\r\n  shapes_0001.jpg\r\nshapes_0002\t\r\nshapes_0003\r\n");
    const report = await check();
    expect(report.findings).toEqual([]);
    expect(report.splits[0]).toMatchObject({ photos: 4, stored: { "indexed, 8 bits": 2, "rgb, 8 bits": 2 } });
  });

  it("may have lists in UTF-16, with paths or with other endings", async () => {
    await writeFile(list("train"), Buffer.from("\uFEFFshapes_0000\r\nshapes_0001\r\n", "utf16le"));
    await writeFile(list("trainval"), "JPEGImages/shapes_0000.jpg\n./JPEGImages/shapes_0001.webp\nshapes_0006.TIF\n");
    const report = await check({ splits: ["train", "trainval"] });
    expect(report.splits.map(({ photos }) => photos)).toEqual([2, 3]);
    expect(report.findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("may have names with accents, however they are written", async () => {
    await rename(photoPath(0), join(folder, "JPEGImages", "e\u0301t\u00e9.jpg"));
    await rename(labelPath(0), join(folder, "SegmentationClass", "\u00e9te\u0301.png"));
    await writeFile(list("train"), "e\u0301te\u0301\nshapes_0001\nshapes_0002\nshapes_0003\n");
    expect(await lines({ splits: ["train"] })).toEqual([]);
  });

  it("may have notes of macOS, and pictures to look at beside the label maps", async () => {
    for (const path of [labelPath(0), photoPath(0)]) {
      await writeFile(join(path, "..", "._shapes_0000.png"), "Mac OS X");
      await writeFile(join(path, "..", ".DS_Store"), "");
    }
    for (const ending of ["jpg", "tif"]) await copyFile(photoPath(1), labelPath(1).replace(/png$/, ending));
    expect(await lines({ splits: ["all"] })).toEqual([]);
  });

  it("may be one photo only, which is warned about", async () => {
    for (const name of ["train", "val", "trainval"]) await rm(list(name));
    await writeFile(list("train"), "shapes_0002");
    const { ok, findings } = await checkDataset(folder);
    expect(ok).toBe(true);
    expect(findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^expected at least 20 photos in train, got 1: ImageSets.*train\.txt\. Scores of so few/),
    );
  });
});

describe("object maps", () => {
  const objectPath = (index: number) => join(folder, "SegmentationObject", `shapes_000${index}.png`);
  beforeEach(async () => {
    await mkdir(join(folder, "SegmentationObject"));
    await copyFile(labelPath(0), objectPath(0));
  });

  it("may be there for some photos", async () => expect(await lines()).toEqual([]));

  it("are named if they are cut short, or have another size", async () => {
    await copyFile(labelPath(1), objectPath(1));
    await truncate(objectPath(1), 60);
    await writeFile(objectPath(2), encodeLabelMap(labelMap(new Uint8Array(6), 2, 3)));
    expect(await lines()).toEqual([
      expect.stringMatching(
        /^error: expected object maps .* got 2 others: SegmentationObject.shapes_0001\.png, SegmentationObject.shapes_0002\.png \(3x2 for \d+x\d+\)\. Mend them/,
      ),
    ]);
  });
});

describe("label values", () => {
  it("0 and 255 are background and void: the map is suggested, and helps", async () => {
    await writeFile(join(folder, "classes.txt"), "background\nshape\n");
    await relabel((value) => (value === 0 ? 0 : 255));
    const all =
      "SegmentationClass/shapes_0000.png, SegmentationClass/shapes_0001.png, SegmentationClass/shapes_0002.png, ...";
    expect(await lines()).toContain(
      `error: expected a class beside void 255, got no value but 0 and 255 in 8 label maps: ${all}. Values {0, 255}: did you mean {0, 1}? Pass --map 255=1.`,
    );
    expect(await lines({ map: ["255=1"] })).toEqual([]);
  });

  it("255 is no class where another label map has one", async () => {
    await relabel((value, index) => (index === 0 ? value : value === 0 ? 0 : VOID));
    const line = (await lines()).find((text) => text.startsWith("error"));
    expect(line).toMatch(/^error: expected a class beside void 255, got no value but 0 and 255 in 7 label maps: /);
    expect(line).toContain("They teach background only: draw what they show, or take them out of the split.");
  });

  it.each<[string, string, (value: number) => number, string]>([
    ["1..N for 0..N-1", "a\nb\nc\nd", (value) => (value === VOID ? 1 : value + 1), "1=0,2=1,3=2,4=3"],
    ["0 and 128", "a\nb", (value) => (value === 0 || value === VOID ? 0 : 128), "128=1"],
    ["0, 100, 200 and void", "a\nb\nc", (value) => (value === VOID ? 255 : Math.min(value, 2) * 100), "100=1,200=2"],
    [
      "grey levels up to 255",
      "a\nb\nc",
      (value) => (value === VOID || value === 1 ? 127 : value === 0 ? 0 : 255),
      "127=1,255=2",
    ],
  ])("%s: the map is suggested, and helps", async (_, classes, change, map) => {
    await writeFile(join(folder, "classes.txt"), classes);
    await relabel(change);
    const errors = (await lines()).filter((line) => line.startsWith("error"));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`Pass --map ${map}.`.replace("Pass", classes === "a\nb\nc\nd" ? "pass" : "Pass"));
    expect((await check({ map: [map] })).ok).toBe(true);
  });

  it("of background alone teach nothing, also where the other classes are not wanted", async () => {
    await relabel(() => 0);
    expect((await lines())[0]).toMatch(
      /^error: expected a class beside background, got none in 8 label maps: .* Nothing can be learnt from them\. Programs that scale/,
    );
    await relabel((value) => (value === 2 ? 2 : 0));
    expect((await lines({ wanted: ["background", "disc"] }))[0]).toMatch(/^error: expected a class beside background/);
    expect((await check()).ok).toBe(true);
  });

  it("are the index, whatever the colour: palettes that were reordered are named", async () => {
    const reordered = [3, 0, 2, 1];
    const write = async (index: number, order: readonly number[], palette = VOC_PALETTE): Promise<void> => {
      const { height, width, rows } = rowsOf(index);
      const samples = rows.map((row) => row.map((value) => order.indexOf(value === VOID ? 0 : value)));
      const colors = order.map((value) => palette[value] ?? [0, 0, 0]);
      const packed = samples.map((row) => packRow(row, 2));
      await writeFile(
        labelPath(index),
        buildPng({ width, height, bits: 2, colorType: 3, rows: packed, palette: colors }),
      );
    };
    await write(1, reordered);
    expect(await lines()).toEqual([
      expect.stringMatching(
        /^warning: expected VOC's colours at VOC's values, got .* in 1 label maps: .*0001\.png\. .* as RGB/,
      ),
    ]);
    const own = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ] as const;
    for (let index = 0; index < 8; index++) await write(index, [0, 1, 2, 3], own);
    expect(await lines()).toEqual([]);
    await write(5, reordered, own);
    expect(await lines()).toEqual([
      expect.stringMatching(
        /^warning: expected the same colour behind each value .* in 1 of them: .*0005\.png\. .* one palette\./,
      ),
    ]);
  });

  it("a class list without background is named", async () => {
    await writeFile(join(folder, "classes.txt"), "disc\nsquare\ntriangle\n");
    expect(await lines()).toContainEqual(
      expect.stringContaining('write "background" as the first line of the class list.'),
    );
  });

  it("others are named with their pixels and the first three files", async () => {
    await relabel((value, index) => (index > 3 && value === 3 ? 37 : value));
    const [line, ...more] = await lines();
    expect(line).toMatch(
      /^error: expected label values 0 to 3 and void 255, got 37 \(\d+ pixels\) in [1-4] label maps: Seg/,
    );
    expect(line).toContain("Map values, e.g. --map 37=1 or --map 37=void, or give the right class list.");
    expect(more.filter((text) => text.startsWith("error"))).toEqual([]);
    await rm(join(folder, "classes.txt"));
    expect((await lines())[0]).toContain("write the class names into classes.txt (they are taken for VOC's)");
  });
});

describe("a finding", () => {
  const grey16 = () => {
    const { height, width, rows } = rowsOf(1);
    const wide = rows.map((row) => Uint8Array.from(row.flatMap((value) => [0, value])));
    return buildPng({ width, height, bits: 16, colorType: 0, rows: wide });
  };
  const withAlpha = () => {
    const { height, width, rows } = rowsOf(1);
    const half = rows.map((row) => Uint8Array.from(row.flatMap((value) => [value, value === 0 ? 0 : 255])));
    return buildPng({ width, height, bits: 8, colorType: 4, rows: half });
  };
  /** Colours that went through a JPEG. */
  const lossy = () => {
    const { height, width, rows } = rowsOf(1);
    const colors = rows.map((row) =>
      Uint8Array.from(row.flatMap((value) => VOC_PALETTE[value]!.map((c) => Math.min(255, c + 1)))),
    );
    return buildPng({ width, height, bits: 8, colorType: 2, rows: colors });
  };

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "16 bits",
      () => writeFile(labelPath(1), grey16()),
      /^error: expected label maps that can be read, got 1 files of 16 bits a sample: .*shapes_0001\.png\. Save them with 8 bits, so that the values are the numbers of the classes\./,
    ],
    [
      "transparency",
      () => writeFile(labelPath(1), withAlpha()),
      /^error: .* got 1 files with transparent pixels: .*Save them without alpha/,
    ],
    [
      "colours off by one",
      () => writeFile(labelPath(1), lossy()),
      /^error: .* 1 RGB files with colours outside the table: .*shapes_0001\.png\. The first: expected colours .*slightly off come from JPEG/,
    ],
    [
      "a JPEG as label map",
      async () => writeFile(labelPath(1), await readFile(photoPath(1))),
      /^error: .* got 1 other kinds of files: .*Export the label maps as PNG/,
    ],
    ["a label map cut short", () => truncate(labelPath(1), 60), /^error: .* got 1 damaged files: .*shapes_0001\.png/],
    [
      "a photo cut short",
      () => truncate(photoPath(1), 500),
      /^error: expected photos that can be read, got 1 that cannot: JPEGImages.shapes_0001\.jpg\./,
    ],
    [
      "a missing photo",
      () => rm(photoPath(1)),
      /^error: expected a photo for each of 8 ids, got none for 1: JPEGImages.shapes_0001\. Add/,
    ],
    [
      "a label map of no bytes",
      () => writeFile(labelPath(1), ""),
      /^error: .* got 1 damaged files: .*shapes_0001\.png\. The first: expected a PNG, got an empty file\. Copy or export/,
    ],
    [
      "a label map with few bits, interlaced",
      () =>
        writeFile(
          labelPath(1),
          buildPng({ width: 1, height: 1, bits: 2, colorType: 0, interlace: 1, rows: [Uint8Array.of(0)] }),
        ),
      /^error: .* The first: expected no interlacing below 8 bits, got 2 bits\. Save it without\. Copy or export/,
    ],
    [
      "a label map that cannot be opened",
      async () => {
        await rm(labelPath(1));
        await mkdir(labelPath(1));
      },
      /^error: .* got 1 files that cannot be opened: .*shapes_0001\.png\. The first: EISDIR: illegal operation/,
    ],
    [
      "a photo of no bytes",
      () => writeFile(photoPath(1), ""),
      /^error: .* cannot: .*shapes_0001\.jpg\. The first: expected a photo .*, got an empty file\. Copy or export it/,
    ],
    [
      "label maps with a part after the id",
      () => rename(labelPath(1), join(folder, "SegmentationClass", "shapes_0001_mask.png")),
      /^error: .*got none for 1: .*shapes_0001\. There is shapes_0001_mask\.png: a photo and its label map have the same name/,
    ],
    [
      "label maps of another program",
      () => rename(labelPath(1), join(folder, "SegmentationClass", "shapes_0001.txt")),
      /^error: .*got none for 1: .*shapes_0001\. There is shapes_0001\.txt: label maps are \.png\./,
    ],
    [
      "photos of a kind that is not read",
      () => rename(photoPath(1), join(folder, "JPEGImages", "shapes_0001.HEIC")),
      /^error: .*got none for 1: .*shapes_0001\. There is shapes_0001\.HEIC: photos are \.jpg, /,
    ],
    [
      "lists of photo and label map",
      () => writeFile(list("val"), "JPEGImages/shapes_0006.jpg SegmentationClass/shapes_0006.png"),
      /^error: expected a photo .*got none for 1: .*\. A line of a list is one id or file name, without folders\./,
    ],
    [
      "two photos of one id",
      () => copyFile(photoPath(1), join(folder, "JPEGImages", "shapes_0001.png")),
      /^warning: expected one photo for each id, got more for 1: JPEG.*0001\.jpg and JPEG.*0001\.png\. The first is used/,
    ],
    [
      "a missing label map",
      () => rm(labelPath(1)),
      /^error: expected a label map for each of 8 ids, got none for 1: SegmentationClass.shapes_0001\. Add/,
    ],
    [
      "a label map of another size",
      () => copyFile(labelPath(0), labelPath(1)),
      /^error: expected label maps of their photo's size .* got another in 1: .*shapes_0001\.png \(32x24 for 24x32\)\. Draw/,
    ],
    [
      "a photo that EXIF turns, its label map not",
      async () => writeFile(photoPath(0), await sharp(photoPath(0)).withMetadata({ orientation: 6 }).toBuffer()),
      /^error: .*shapes_0000\.png \(32x24 for 24x32\)\. The photos are turned by their EXIF orientation: turn/,
    ],
    [
      "a photo that EXIF mirrors",
      async () => writeFile(photoPath(0), await sharp(photoPath(0)).withMetadata({ orientation: 3 }).toBuffer()),
      /^warning: expected photos that are stored upright, got 1 .*shapes_0000\.jpg/,
    ],
    [
      "an empty split",
      () => writeFile(list("val"), "\r\n \n"),
      /^error: expected at least 1 photo in each split, got none in val: ImageSets.*val\.txt\./,
    ],
    [
      "an id in both splits",
      () => writeFile(list("val"), "shapes_0006\nshapes_0001\nshapes_0007"),
      /^error: expected each photo in one of train and val, got 1 in both: shapes_0001\./,
    ],
    [
      "a split that is a part of the other",
      () => writeFile(list("val"), "shapes_0001"),
      /^error: expected each photo in one of train and val, got 1 in both/,
    ],
    [
      "a photo of train in val",
      async () =>
        writeFile(
          photoPath(6),
          await sharp(photoPath(0))
            .keepMetadata()
            .withExif({ IFD0: { Copyright: "x" } })
            .png()
            .toBuffer(),
        ),
      /^error: expected different photos in train and val, got 1 with the same pixels under another name: shapes_0000 = shapes_0006\./,
    ],
    [
      "a photo twice in a split",
      () => copyFile(photoPath(0), photoPath(2)),
      /^warning: expected each photo once in train, got 1 more than once: shapes_0000 = shapes_0002\./,
    ],
    [
      "an id twice in a split",
      () => writeFile(list("val"), "shapes_0006\nshapes_0006"),
      /^warning: expected each photo once in val, got 1 more than once: shapes_0006 = shapes_0006/,
    ],
    [
      "a class that never occurs",
      () => relabel((value) => (value === 2 ? 0 : value)),
      /^warning: expected every class in train, got 1 that no pixel has: square\./,
    ],
    [
      "much void",
      () => relabel((value, index) => (index === 0 && value === 0 ? VOID : value)),
      /^warning: expected at most 50 % void, got more in 1 label maps: .*shapes_0000/,
    ],
  ])("%s", async (_, damage, line) => {
    await damage();
    const found = await lines();
    expect(found).toContainEqual(expect.stringMatching(line));
    expect((await check()).ok).toBe(!found.some((text) => text.startsWith("error")));
    for (const text of found) expect(text).not.toContain("\n");
  });

  it("is not made of lists that are parts of others, nor of other photos under one id", async () => {
    await writeFile(list("few"), "shapes_0000\nshapes_0001\nshapes_0002");
    expect(await lines({ splits: ["train", "val", "trainval", "few"] })).toEqual([]);
    await rename(join(folder, "JPEGImages"), join(folder, "images"));
    await rename(join(folder, "SegmentationClass"), join(folder, "labels"));
    for (const [split, index] of [
      ["train", 0],
      ["val", 1],
    ] as const) {
      const drawn = drawShapes(9, index, 32);
      await mkdir(join(folder, "images", split));
      await mkdir(join(folder, "labels", split));
      await writeFile(join(folder, "images", split, "1.jpg"), await encodePhoto(drawn.image, "jpeg"));
      await writeFile(join(folder, "labels", split, "1.png"), encodeLabelMap(drawn.labels));
    }
    const report = await check();
    expect(report.photos).toBe(2);
    expect(report.findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("is made of photos that `all` leaves out, and of none where label maps cannot be read", async () => {
    await rename(labelPath(1), join(folder, "SegmentationClass", "shapes_0001_mask.png"));
    expect(await lines({ splits: ["all"] })).toEqual([
      expect.stringMatching(
        /^error: expected a photo for each of 8 ids, got none for 1: .*0001_mask\. There is shapes_0001\.jpg: /,
      ),
      expect.stringMatching(
        /^warning: expected a label map for each photo, got none for 1, .*0001\.jpg\. Give label maps the names/,
      ),
    ]);
    for (let index = 0; index < 8; index++) await writeFile(labelPath(index), "x");
    expect((await check()).findings.map(({ code }) => code)).toEqual(["unreadable-label-maps"]);
  });

  it("is made of a part that is to be validated on", async () => {
    await rename(list("val"), list("valid"));
    await writeFile(list("valid"), "shapes_0001");
    expect(await lines()).toContainEqual(
      expect.stringMatching(/in one of train and valid, got 1 in both: shapes_0001\./),
    );
  });

  it("is made without decoding photos where only headers are read", async () => {
    await copyFile(photoPath(0), photoPath(2));
    await truncate(photoPath(4), 700);
    await rm(labelPath(5));
    expect((await check({ photos: "header" })).findings.map(({ code }) => code)).toEqual(["missing-label-maps"]);
  });
});

describe("a plain folder", () => {
  beforeEach(async () => {
    await rename(join(folder, "JPEGImages"), join(folder, "images"));
    await rename(join(folder, "SegmentationClass"), join(folder, "labels"));
    await rm(join(folder, "ImageSets"), { recursive: true });
    await writeFile(join(folder, "README.txt"), "Shapes.\nDrawn in 2026.\n");
    await mkdir(join(folder, "images", ".ipynb_checkpoints"));
  });

  it("has other texts than lists", async () => {
    expect((await check()).splits.map(({ name }) => name)).toEqual(["all"]);
    await writeFile(join(folder, "val.txt"), "shapes_0001\n");
    await writeFile(join(folder, "few.txt"), "shapes_0002\n");
    expect((await check()).splits.map(({ name }) => name)).toEqual(["few", "val"]);
  });

  it("is looked for one level deeper", async () => {
    const above = await mkdtemp(join(tmpdir(), "above-"));
    await cp(folder, join(above, "shapes"), { recursive: true });
    await expect(checkDataset(above)).rejects.toThrow(`got shapes. Did you mean ${join(above, "shapes")}?`);
    await rename(join(above, "shapes", "labels"), join(above, "shapes", "masks"));
    await expect(checkDataset(above)).rejects.toThrow(
      "got shapes. Rename the folders of the photos and the label maps.",
    );
    await rm(above, { recursive: true });
  });

  it("has lists and classes that can be read", async () => {
    await mkdir(join(folder, "train.txt"));
    await expect(check({ splits: ["train"] })).rejects.toThrow(/expected a list that can be read, got: EISDIR/);
    await rm(join(folder, "classes.txt"));
    await mkdir(join(folder, "classes.txt"));
    await expect(check()).rejects.toThrow(/expected a list that can be read, got: EISDIR/);
    await expect(checkDataset(join(folder, "README.txt"))).rejects.toThrow(/README\.txt, which is no folder\.$/);
  });

  it("has classes of different names, 255 at most", async () => {
    await expect(check({ classes: ["a", "b", "b", "c"] })).rejects.toThrow(/expected each name once, got "b" twice/);
    const many = Array.from({ length: 256 }, (_, value) => `c${value}`);
    await expect(check({ classes: many })).rejects.toThrow(/expected 2 to 255 class names, .* got 256/);
  });
});

it("refuses what is no data set, and splits that are not there", async () => {
  await expect(checkDataset(join(folder, "none"))).rejects.toThrow(DatasetError);
  await expect(check({ splits: ["tset"] })).rejects.toThrow(/expected a split "tset" .*got only train, trainval, val/);
  const stopped = AbortSignal.abort();
  await expect(check({ signal: stopped })).rejects.toThrow(stopped.reason);
});

it("counts for samplers what a reading of the label maps counts", async () => {
  for (const others of ["background", "void"] as const) {
    const options = { wanted: ["background", "triangle", "disc"], others, map: ["2=triangle"] };
    const dataset = await openDataset(folder, { ...options, split: "train" });
    const scan = await scanDataset(folder, { ...options, splits: ["val", "train"], photos: "header" });
    const ids = dataset.files.map(({ id }) => id);
    expect(classIndexOf(scan, "train", ids)).toEqual(await indexClasses(dataset));
    const { pixels } = classIndexOf(scan, "train", ids.slice(2, 3));
    expect([...pixels]).toEqual([...classIndexOf(scan, "train", ids).pixels.subarray(6, 9)]);
  }
});
