import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyBsds } from "../../../test/builders/tiny-bsds.ts";
import { DatasetError } from "../../errors.ts";
import { solidImage } from "../../image/index.ts";
import { encodePhoto } from "../../image/node.ts";
import { openEdgeExamples } from "./edge-examples.ts";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edge-examples-"));
  await writeTinyBsds(folder, "train", 3);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("photos of a BSDS folder with their people's segmentations and boundaries", async () => {
  const examples = await openEdgeExamples(folder, {});
  expect(examples.photos).toHaveLength(3);
  expect(examples.terms).toMatch(/non-commercial/);
  const { id, image, segmentations, boundaries } = await examples.read(1);
  expect(id).toBe("1001");
  for (const { width, height } of [...segmentations, ...boundaries]) {
    expect([width, height]).toEqual([image.width, image.height]);
  }
  expect([segmentations.length, boundaries.length]).toEqual([2, 2]);
});

test("segmentations of another size than the photo name their file", async () => {
  const other = await encodePhoto(solidImage({ width: 50, height: 40 }, [9, 9, 9]), "jpeg");
  writeFileSync(join(folder, "images", "train", "1002.jpg"), other);
  const reading = (await openEdgeExamples(folder, {})).read(2);
  await expect(reading).rejects.toThrow(DatasetError);
  await expect(reading).rejects.toThrow(
    /1002\.mat: expected segmentations of 50x40 \(width x height\) as the photo, got \d+x\d+\./,
  );
});
