import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeTinyVoc } from "../../../test/builders/tiny-voc.ts";
import { DatasetError, FormatError, OptionError } from "../../errors.ts";
import { makeSample } from "../sample.ts";
import { createSampler } from "../sampler.ts";
import { receiveError, sendError } from "./batch-messages.ts";
import { indexClasses } from "./index-classes.ts";
import { type Dataset, openDataset } from "./open-dataset.ts";
import { prepareBatches } from "./prepare-batches.ts";
import { sourceOf } from "./read-example.ts";

// With workers: test/data/prepare-batches.test.ts, on the built package.
let folder: string;
let dataset: Dataset;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "batches-"));
  await writeTinyVoc(folder);
  dataset = await openDataset(folder, { split: "train" });
});
afterAll(() => rm(folder, { recursive: true }));

it("gives the samples in order, from any first one", async () => {
  const index = await indexClasses(dataset);
  const samples = { cropSize: 24 };
  const batches = prepareBatches(dataset, index, 3, { batchSize: 2, first: 10, workers: 0, samples });
  for (const first of [10, 12]) {
    const { value: batch } = await batches.next();
    expect([batch.first, batch.size]).toEqual([first, 2]);
    const sample = await makeSample(sourceOf(dataset), createSampler(3, index, "balanced"), 3, first + 1, samples);
    expect(batch.images.subarray(3 * 576)).toEqual(sample.image);
  }
});

it("refuses numbers without meaning", async () => {
  const index = await indexClasses(dataset);
  for (const changes of [{ batchSize: 0 }, { first: -1 }, { workers: 0.5 }, { ahead: 0 }]) {
    const batches = prepareBatches(dataset, index, 3, { batchSize: 2, ...changes });
    await expect(batches.next()).rejects.toThrow(OptionError);
  }
});

it("sends errors with their class and path", () => {
  const errors = [new DatasetError("a", "b/c.png"), new FormatError("d"), new OptionError("e"), new Error("f")];
  for (const error of errors) {
    const received = receiveError(structuredClone(sendError(error)));
    expect(received).toEqual(error);
    expect(received.constructor).toBe(error.constructor);
  }
  expect((receiveError(sendError(errors[0])) as DatasetError).path).toBe("b/c.png");
  expect(receiveError(sendError("text")).message).toBe("text");
});
