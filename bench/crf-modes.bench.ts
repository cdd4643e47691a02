/**
 * What the CRF's modes for large photos change: pixels whose label is another than that of the whole photo with all classes.
 *
 *     npx tsx bench/crf-modes.bench.ts [--images DIR --scores DIR] [--photos 8] [--size 500] [--tile 256] [--preset NAME]
 *
 * On score maps ID-scores.npy (of `deconvnet segment --scores` or `deconvnet crf search --scores`) and photos ID.jpg; without folders, on
 * the photos of this repository and the scores of the embedded model. Both are brought to a longer side of `--size` px.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  CRF_PRESETS,
  type CrfPreset,
  fitCrf,
  meanField,
  meanFieldTiled,
  type Unary,
  unaryFromScores,
} from "deconvnet/crf";
import { type Image, resizeImage, resizeScores } from "deconvnet/image";
import { loadSegmenter, readPhoto, readScoreMap } from "deconvnet/node";
import type { ScoreMap } from "deconvnet/segment";

const { values } = parseArgs({
  options: {
    images: { type: "string" },
    scores: { type: "string" },
    photos: { type: "string", default: "8" },
    size: { type: "string", default: "500" },
    tile: { type: "string", default: "256" },
    preset: { type: "string" },
  },
});
const PHOTOS = Number(values.photos);
const SIZE = Number(values.size);
const TILE = Number(values.tile);
const PRESETS = Object.entries(CRF_PRESETS).filter(([name]) => values.preset === undefined || name === values.preset);
const MIN_SHARES = [0.003, 0.01, 0.03, 0.1];
const ENDING = "-scores.npy";

interface Scored {
  readonly photo: Image;
  readonly scores: ScoreMap;
}

/** Photos from the folders, spread over all of them; or those of the repository. */
async function* scoredPhotos(): AsyncGenerator<Scored> {
  const { images, scores: folder } = values;
  if (images === undefined || folder === undefined) {
    const segmenter = await loadSegmenter();
    const names = readdirSync("examples/photos").filter((name) => name.endsWith(".jpg"));
    for (const name of names.slice(0, PHOTOS)) {
      const photo = await readPhoto(join("examples/photos", name));
      yield { photo, scores: await segmenter.scores(photo) };
    }
    await segmenter.dispose();
    return;
  }
  const files = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  for (let i = 0; i < Math.min(PHOTOS, files.length); i++) {
    const file = files[Math.floor((i * files.length) / Math.min(PHOTOS, files.length))] ?? "";
    const photo = await readPhoto(join(images, `${file.slice(0, -ENDING.length)}.jpg`));
    yield { photo, scores: await readScoreMap(join(folder, file)) };
  }
}

/** Pixels that differ, by preset and mode, and of all; classes that a photo keeps, by smallest share. */
const apart = new Map<string, number>();
const kept = new Map<number, number>();
let [photos, pixels, classes] = [0, 0, 0];

function count(key: string, labels: Uint8Array, exact: Uint8Array): void {
  const differing = labels.filter((label, i) => label !== exact[i]).length;
  apart.set(key, (apart.get(key) ?? 0) + differing);
}

async function compare(unary: Unary, photo: Image, name: string, preset: CrfPreset): Promise<void> {
  const crf = fitCrf(preset, photo);
  const { labels } = await meanField(unary, photo, crf);
  for (const minShare of MIN_SHARES) {
    count(
      `${name}, classes above ${minShare}`,
      await meanFieldTiled(unary, photo, { ...crf, tileSize: SIZE, minShare }),
      labels,
    );
  }
  count(`${name}, tiles of ${TILE} px`, await meanFieldTiled(unary, photo, { ...crf, tileSize: TILE }), labels);
  const both = { ...crf, tileSize: TILE, minShare: 0.003 };
  count(`${name}, tiles of ${TILE} px, classes above 0.003`, await meanFieldTiled(unary, photo, both), labels);
}

/** Classes whose mean probability over the photo is at least a share. */
function keptClasses({ classes, data }: Unary, minShare: number): number {
  const plane = data.length / classes;
  const shares = Array.from({ length: classes }, (_, c) => {
    let sum = 0;
    for (let i = c * plane; i < (c + 1) * plane; i++) sum += Math.exp(-(data[i] ?? 0));
    return sum / plane;
  });
  return shares.filter((share) => share >= minShare).length;
}

for await (const { photo, scores } of scoredPhotos()) {
  const scale = SIZE / Math.max(photo.height, photo.width);
  const size = { height: Math.round(photo.height * scale), width: Math.round(photo.width * scale) };
  const fitted = resizeImage(photo, size);
  const shape = [scores.classes, size.height, size.width] as const;
  const unary = unaryFromScores(resizeScores(scores.data, [scores.classes, scores.height, scores.width], size), shape);
  photos++;
  pixels += size.height * size.width;
  classes = scores.classes;
  for (const minShare of MIN_SHARES) kept.set(minShare, (kept.get(minShare) ?? 0) + keptClasses(unary, minShare));
  for (const [name, preset] of PRESETS) await compare(unary, fitted, name, preset);
}
process.stdout.write(
  `${photos} photos, longer side ${SIZE} px, ${classes} classes; labels unlike those of the whole:\n`,
);
for (const [key, differing] of apart)
  process.stdout.write(`${key.padEnd(48)} ${((100 * differing) / pixels).toFixed(4)} %\n`);
for (const [minShare, sum] of kept) {
  process.stdout.write(`classes above ${minShare}: ${(sum / photos).toFixed(1)} of ${classes} kept, on average\n`);
}
