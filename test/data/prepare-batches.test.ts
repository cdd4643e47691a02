/** Batches from worker threads; their entry is a built file, so this runs on `dist`. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Batch } from "../../src/data/index.ts";
import type * as Source from "../../src/data/node.ts";
import { writeTinyVoc } from "../builders/tiny-voc.ts";

const built = new URL("../../dist/data/node.js", import.meta.url);
const { indexClasses, openDataset, prepareBatches } = (await import(/* @vite-ignore */ built.href)) as typeof Source;

let folder: string;
let dataset: Source.Dataset;
let index: Awaited<ReturnType<typeof indexClasses>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "workers-"));
  await writeTinyVoc(folder);
  dataset = await openDataset(folder, { split: "train" });
  index = await indexClasses(dataset);
});
afterAll(() => rm(folder, { recursive: true }));

async function take(count: number, workers: number, ahead = 2, first = 0): Promise<Batch[]> {
  const batches: Batch[] = [];
  const options = { batchSize: 3, workers, ahead, first, samples: { cropSize: 32 } };
  for await (const batch of prepareBatches(dataset, index, 7, options)) if (batches.push(batch) === count) break;
  return batches;
}

it("gives the same batches in the same order with 0, 1 and 3 workers, whatever is ahead", async () => {
  const expected = await take(7, 0);
  expect(await take(7, 1)).toEqual(expected);
  expect(await take(7, 3)).toEqual(expected);
  expect(await take(7, 2, 5)).toEqual(expected);
  expect(await take(3, 2, 1, 12)).toEqual(expected.slice(4));
});

it("throws what reading throws, with its class, at the batch it belongs to", async () => {
  const [name = ""] = await readdir(join(folder, "JPEGImages"));
  const photo = join(folder, "JPEGImages", name);
  await writeFile(photo, "not a photo");
  const error: unknown = await take(50, 2).catch((caught: unknown) => caught);
  await writeTinyVoc(folder);
  expect(error).toMatchObject({ name: "FormatError", code: "ERR_FORMAT", message: expect.stringContaining(photo) });
  expect((await take(1, 2)).length).toBe(1);
});
