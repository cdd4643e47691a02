/**
 * A forest's edge maps by this library and by OpenCV, which loads the forest in its own layout: the mean squared difference
 * photo by photo, at one scale.
 *
 *     npx tsx bench/edges/agreement.ts --python PYTHON --edges FOREST [PHOTO...]
 *
 * PYTHON needs numpy and OpenCV with ximgproc. Without photos those of `examples/photos`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { readPhoto } from "deconvnet/node";
import { detectStructuredEdges, type FloatPlane, readForest, writeOpenCvForest } from "deconvnet/proposals";

const PHOTOS = "examples/photos";

const { values, positionals } = parseArgs({
  options: { python: { type: "string" }, edges: { type: "string" } },
  allowPositionals: true,
});
if (values.python === undefined || values.edges === undefined) {
  throw new Error("agreement: expected --python and --edges.");
}
const free = readdirSync(PHOTOS).filter((file) => file.endsWith(".jpg"));
await main(values.python, values.edges, positionals.length > 0 ? positionals : free.map((file) => join(PHOTOS, file)));

async function main(python: string, path: string, photos: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "agreement-"));
  const forest = await readForest(readFileSync(path));
  const model = join(folder, "forest.yml.gz");
  writeFileSync(model, await writeOpenCvForest(forest));
  const ours: FloatPlane[] = [];
  for (const [i, file] of photos.entries()) {
    const image = await readPhoto(file);
    ours.push(detectStructuredEdges(image, forest));
    writeFileSync(join(folder, `${i}.u8`), image.data);
  }
  writeFileSync(join(folder, "photos.json"), JSON.stringify(ours.map(({ width, height }) => ({ width, height }))));
  const peer = spawnSync(python, ["bench/peers/structured-edges.py", folder, model], { encoding: "utf8" });
  if (peer.status !== 0) throw new Error(`bench/peers/structured-edges.py failed: ${peer.stderr}`);
  let worst = 0;
  for (const [i, map] of ours.entries()) {
    const bytes = readFileSync(join(folder, `${i}.f32`));
    const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const error = meanSquaredError(map.data, theirs);
    worst = Math.max(worst, error);
    console.log(`${basename(photos[i] ?? "").padEnd(24)}${map.width} x ${map.height}  ${error.toExponential(1)}`);
  }
  rmSync(folder, { recursive: true });
  console.log(
    `OpenCV ${peer.stdout.trim()}, ${ours.length} photos: mean squared error ${worst.toExponential(1)} at most`,
  );
}

function meanSquaredError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`agreement: expected ${a.length} edges, got ${b.length}.`);
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
}
