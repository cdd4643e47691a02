/** The examples, as their head comments say to run them. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runChecked } from "../harness/run-process.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "examples-"));
});
afterAll(() => rm(folder, { recursive: true }));

const example = (file: string, args: readonly string[] = []): Promise<string> =>
  runChecked("npx", ["tsx", join("examples", file), ...args]);
const photo = (name: string): string => join("examples", "photos", name);
/** The percentages and decimals of a text. */
const numbers = (text: string): number[] => [...text.matchAll(/\d+\.\d+/g)].map(([number]) => Number(number));

test("01 finds the cat and writes the pictures", async () => {
  const text = await example("01-segment-an-image.ts", [photo("kitten.jpg"), folder]);
  expect(text).toMatch(/^background: \d+\.\d %\ncat: \d+\.\d %\n/);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(["kitten.png", "kitten-overlay.png"]));
});

test("02 gets nearer to the truth", async () => {
  const [coarse = 0, refined = 0] = numbers(await example("02-crf-only.ts"));
  expect(refined).toBeGreaterThan(coarse + 1);
});

test("03 stops, goes on and scores", async () => {
  const text = await example("03-train-on-your-folder.ts", [join(folder, "training")]);
  expect(text).toMatch(/sample 64: .*\nstopped at sample 64, finished: false\n(.*\n)*resumed at sample 64 /);
  expect(text).toMatch(/sample 128: .*\n(.*\n)*mean IoU \d+\.\d %/);
});

test("04 scores the free photos", async () => {
  const text = await example("04-evaluate.ts");
  expect(text).toMatch(/mean IoU \d+\.\d+ % over 7 of 7 classes\n(.*\n)*.*with 95 % confidence.*\nworst images: /);
});

test("05 proposes boxes", async () => {
  const text = await example("05-object-proposals.ts", [photo("horses.jpg"), folder]);
  expect(Number(text.match(/^(\d+) boxes/)?.[1])).toBeGreaterThan(500);
  expect(await readdir(folder)).toContain("horses-boxes.png");
});

test("06 learns the diagonal", async () => {
  const text = await example("06-own-graph.ts");
  expect(text).toContain("step 0: loss 0.693\n");
  expect(Number(text.match(/step 100: loss (.*)\n/)?.[1])).toBeLessThan(0.1);
});
