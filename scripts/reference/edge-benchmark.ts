/**
 * Compares our counts with those that the Berkeley benchmark stores for its sample maps: `npx tsx <this file> DIR`, where
 * DIR is the folder `bench/data` of the benchmark (`png/ID.png`, `groundTruth/ID.mat`, `test_2/eval_bdry*.txt`).
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readHumanSegmentations } from "deconvnet/data";
import { decodePng } from "deconvnet/image";
import { countEdges, edgeAccuracy } from "deconvnet/proposals";

const folder = process.argv[2];
if (folder === undefined) throw new Error("edge-benchmark: expected the folder bench/data, got none.");
const at = (...names: readonly string[]): string => join(folder, ...names);
const table = (name: string): number[][] =>
  readFileSync(at("test_2", name), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));

const theirs = table("eval_bdry_thr.txt");
const [[, , , f, , , oisF, ap] = []] = table("eval_bdry.txt");
const photos = [];
for (const file of readdirSync(at("png")).filter((name) => name.endsWith(".png"))) {
  const map = decodePng(readFileSync(at("png", file)), file);
  const truth = at("groundTruth", file.replace(/png$/, "mat"));
  const people = await readHumanSegmentations(readFileSync(truth), truth);
  const { width, height } = map;
  // A grey level that equals a threshold but for rounding counts below it, as it does there.
  const data = Float32Array.from(map.data, (level) => (level / 255) * (1 - 1e-6));
  const truths = people.map(({ boundaries }) => ({ data: boundaries, width, height }));
  photos.push(countEdges({ data, width, height }, truths, { thresholds: theirs.length }));
}
const ours = edgeAccuracy(photos);
console.log("threshold  recall ours / benchmark  precision ours / benchmark");
ours.curve.forEach(({ threshold, recall, precision }, i) => {
  const [, theirRecall = 0, theirPrecision = 0] = theirs[i] ?? [];
  const pair = (a: number, b: number): string => `${a.toFixed(4)} / ${b.toFixed(4)}`;
  console.log(`${threshold.toFixed(3)}      ${pair(recall, theirRecall)}          ${pair(precision, theirPrecision)}`);
});
console.log(
  `ODS ${ours.ods.f.toFixed(4)} / ${f}  OIS ${ours.ois.f.toFixed(4)} / ${oisF}  AP ${ours.ap.toFixed(4)} / ${ap}`,
);
