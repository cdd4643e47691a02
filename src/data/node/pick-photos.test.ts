import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeTinyVoc } from "../../../test/builders/tiny-voc.ts";
import { DatasetError } from "../../errors.ts";
import { openDataset } from "./open-dataset.ts";
import { pickPhotos } from "./pick-photos.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pick-"));
  await writeTinyVoc(folder, { photos: 4, side: 16 });
});
afterAll(() => rm(folder, { recursive: true }));

it("keeps the named photos in the set's order, each once", async () => {
  const picked = pickPhotos(await openDataset(folder, { split: "train" }), [
    "shapes_0002",
    "shapes_0000",
    "shapes_0002",
  ]);
  expect(picked.files.map(({ id }) => id)).toEqual(["shapes_0000", "shapes_0002"]);
  expect(picked.split).toBe("train");
});

it("says which ids the split lacks", async () => {
  const dataset = await openDataset(folder, { split: "train" });
  const pick = () => pickPhotos(dataset, ["shapes_0001", "shapes_0003", "cat"]);
  expect(pick).toThrow(DatasetError);
  expect(pick).toThrow(/split "train" .*got 3 with 2 that it lacks: shapes_0003, cat\. Check the list/);
  expect(() => pickPhotos(dataset, [])).toThrow(/at least 1 id.*got 0/);
});
