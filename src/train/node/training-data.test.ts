import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeTinyVoc } from "../../../test/builders/tiny-voc.ts";
import { encodeLabelMap, labelMap } from "../../labels/index.ts";
import { readTrainConfig } from "../read-config.ts";
import { openTrainingData, type TrainingData } from "./training-data.ts";

let folder: string;
let data: string;
let more: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "training-data-"));
  [data, more] = [join(folder, "data"), join(folder, "more")];
  await writeTinyVoc(data, { side: 24, photos: 28 });
  await writeTinyVoc(more, { side: 24, photos: 28, seed: 2 });
});
afterEach(() => rm(folder, { recursive: true }));

const open = (...sets: string[]): Promise<TrainingData> => openTrainingData(data, readTrainConfig("", sets), 32);
const withMore = (settings = {}): string => `data.sets=${JSON.stringify([{ folder: more, ...settings }])}`;
const TAUGHT = "distill.teacher=teacher.onnx";
const labelsOf = (set: string, id: string): string => join(set, "SegmentationClass", `${id}.png`);

describe("the check before a training on several sets", () => {
  it("says which set a warning is about", async () => {
    const { notes } = await open(withMore());
    expect(notes).toEqual([expect.stringContaining(`warning: ${data}: expected at least 20 photos in val, got 7`)]);
  });

  it("stops at a label map of another set", async () => {
    await writeFile(labelsOf(more, "shapes_0001"), encodeLabelMap(labelMap(new Uint8Array(24 * 18).fill(9), 24, 18)));
    await expect(open(withMore())).rejects.toThrow(/label values 0 to 3 and void 255, got 9 .*shapes_0001/);
  });

  it("warns of a class only if no set shows it", async () => {
    // The file's discs become background.
    const withoutDiscs = "data.map=[1=0]";
    const absent = (notes: readonly string[]) =>
      notes.filter((note) => /every class in/.test(note) && !note.includes("in val"));
    expect(absent((await open(withoutDiscs)).notes)).toHaveLength(1);
    expect(absent((await open(withoutDiscs, withMore())).notes)).toEqual([]);
    expect(absent((await open(withoutDiscs, withMore({ map: ["1=0"] }))).notes)).toEqual([
      "warning: expected every class in one of 2 sets, got none with disc. Absent classes are not learnt.",
    ]);
  });

  it("stops if no set shows a class, for all would be learnt as background", async () => {
    const nothing = "data.map=[1=0,2=0,3=0]";
    const line = `expected a class beside background in the split "train", got none. Look at its label maps: deconvnet data check ${data}`;
    await expect(open(nothing)).rejects.toThrow(line);
    await expect(open(nothing, withMore({ map: ["1=0", "2=0", "3=0"] }))).rejects.toThrow(line);
    const { notes } = await open(withMore({ map: ["1=0", "2=0", "3=0"] }));
    expect(notes.filter((note) => note.includes("class beside background"))).toEqual([]);
    expect((await open(nothing, TAUGHT)).index.classes).toBe(4);
  });

  it("warns of photos that another set trains and the first validates on", async () => {
    const { notes } = await open(`data.sets=${JSON.stringify([{ folder: data, train: "trainval" }])}`);
    expect(notes.at(-1)).toBe(
      `warning: ${data}: expected other photos than those to validate on, got 7 of them: shapes_0021, shapes_0022, ` +
        "shapes_0023, .... Scores on photos that were trained on mean nothing.",
    );
  });
});

it("refuses to validate on a photo twice, but trains on it as often as it is listed", async () => {
  const list = (split: string, ids: string): Promise<void> =>
    writeFile(join(data, "ImageSets/Segmentation", `${split}.txt`), ids);
  await list("train", "shapes_0001\nshapes_0002\nshapes_0003\nshapes_0001\n");
  expect((await open()).train.files.map(({ id }) => id)).toHaveLength(4);
  await list("val", "shapes_0021\nshapes_0022\nshapes_0021\n");
  await expect(open()).rejects.toThrow('every photo once in the split "val", got shapes_0021 twice');
});

describe("data.wanted", () => {
  it("begins with the background, which other classes become", async () => {
    for (const wanted of ["[disc, background]", "[disc, square]"]) {
      await expect(open(`data.wanted=${wanted}`)).rejects.toThrow(
        'expected "background" as the first of the wanted classes, since others count as it, got "disc"',
      );
    }
    expect((await open("data.wanted=[disc, square]", "data.others=void")).classNames).toEqual(["disc", "square"]);
    expect((await open("data.wanted=[nothing, square]")).classNames).toEqual(["nothing", "square"]);
  });
});

describe("data.holdOut", () => {
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `shapes_${String(i).padStart(4, "0")}`);
  const holding = async (...held: string[]): Promise<TrainingData> => {
    const path = join(folder, "held.txt");
    await writeFile(path, held.join("\n"));
    return await open(`data.holdOut=${path}`);
  };

  it("takes photos out of the training split, to validate on", async () => {
    const { train, validation } = await holding("shapes_0003", "shapes_0001", "shapes_0001");
    expect(train.files).toHaveLength(19);
    expect(validation?.files.map(({ id }) => id)).toEqual(["shapes_0001", "shapes_0003"]);
  });

  it("names ids that are not there", async () => {
    await expect(holding("shapes_0003", "a", "b", "c", "d")).rejects.toThrow(
      'expected the 5 ids of data.holdOut in the split "train", with label maps, got 1 of them, but not a, b, c, .... Correct the list.',
    );
  });

  it("leaves something to train and to validate on", async () => {
    await expect(holding()).rejects.toThrow("got 0, which leaves nothing to validate on.");
    await expect(holding(...ids(21))).rejects.toThrow("got 21, which leaves nothing to train on.");
  });
});

describe("photos without label maps", () => {
  beforeEach(async () => {
    for (const id of ["shapes_0000", "shapes_0003"]) await rm(labelsOf(data, id));
  });

  it("are refused without a teacher", async () => {
    await expect(open()).rejects.toThrow(/a label map for each of 21 ids .*, got none for 2/);
  });

  it("are trained on with one, and show no class", async () => {
    const { train, index, notes } = await open(TAUGHT);
    expect(train.files).toHaveLength(21);
    expect(index.pixels.slice(0, 4)).toEqual(new Uint32Array(4));
    expect(index.pixels.slice(4, 8)).not.toEqual(new Uint32Array(4));
    expect(notes.filter((note) => note.includes("label map"))).toEqual([]);
  });

  it("may show the classes that no label map has", async () => {
    const { notes } = await open(TAUGHT, "data.map=[1=0]");
    expect(notes.filter((note) => note.includes("every class in train"))).toEqual([]);
    expect(notes.filter((note) => note.includes("every class in val"))).toHaveLength(1);
  });

  it("belong to the split all", async () => {
    expect((await open(TAUGHT, "data.train=all", "data.val=none")).index.pixels).toHaveLength(28 * 4);
  });

  it("are not validated on", async () => {
    const holdOut = join(folder, "held.txt");
    await writeFile(holdOut, "shapes_0000\nshapes_0001\n");
    await expect(open(TAUGHT, `data.holdOut=${holdOut}`)).rejects.toThrow(
      /expected the 2 ids .* in the split "train", with label maps, got 1 of them, but not shapes_0000\. Correct/,
    );
    await writeFile(holdOut, "\n");
    await expect(open(TAUGHT, `data.holdOut=${holdOut}`)).rejects.toThrow(/got 0, which leaves nothing to validate on/);
    await writeFile(holdOut, "JPEGImages/shapes_0001.jpg\nshapes_0001\nshapes_0002.jpg\n");
    expect((await open(TAUGHT, `data.holdOut=${holdOut}`)).validation?.files).toHaveLength(2);
    await rm(labelsOf(data, "shapes_0027"));
    await expect(open(TAUGHT)).rejects.toThrow(/a label map for each of 7 ids .*, got none for 1: shapes_0027/);
  });
});
