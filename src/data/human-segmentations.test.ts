import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeTinyBsds } from "../../test/builders/tiny-bsds.ts";
import { drawShapes } from "../../test/builders/tiny-voc.ts";
import { FormatError } from "../errors.ts";
import { readHumanSegmentations } from "./human-segmentations.ts";

test("regions and boundaries of each person, row by row; anything else is a FormatError", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bsds-"));
  await writeTinyBsds(folder, "train", 1);
  const bytes = await readFile(join(folder, "groundTruth", "train", "1000.mat"));
  await rm(folder, { recursive: true });

  const people = await readHumanSegmentations(bytes, "1000.mat");
  expect(people.map(({ width, height }) => [width, height])).toEqual([
    [96, 72],
    [96, 72],
  ]);
  const { labels } = drawShapes(5, 0);
  const [person] = people;
  labels.data.forEach((label, i) => {
    if (label !== 255) expect(person?.regions[i]).toBe(label + 1);
  });
  expect(person?.boundaries.some((on) => on === 1)).toBe(true);

  const renamed = Buffer.from(bytes.toString("latin1").replace("groundTruth", "otherThings"), "latin1");
  await expect(readHumanSegmentations(renamed, "x.mat")).rejects.toThrow(
    /x\.mat: expected a cell array groundTruth, got none/,
  );
  const noField = Buffer.from(bytes.toString("latin1").replaceAll("Boundaries", "Bboundarys"), "latin1");
  await expect(readHumanSegmentations(noField, "x.mat")).rejects.toThrow(
    /expected a matrix Boundaries of each person, got none/,
  );
  await expect(readHumanSegmentations(bytes.subarray(0, 500), "x.mat")).rejects.toThrow(FormatError);
});
