/** Draws the pictures of docs/crf.md from a photo of this repository and a made-up coarse prediction of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { type CrfParameters, meanField, unaryFromProbabilities } from "deconvnet/crf";
import { ConfusionMatrix, scoresOf } from "deconvnet/evaluate";
import { type Image, image } from "deconvnet/image";
import { decodeLabelMap, type LabelMap, labelMap, resizeLabels, VOC_CLASSES } from "deconvnet/labels";
import { montage, overlay, type Tile } from "deconvnet/visualize";
import sharp from "sharp";
import { coarseProbabilities, SHOWN_CLASSES } from "./crf-pictures/coarse-prediction.ts";

const COW = 10;
const [HEIGHT, WIDTH] = [384, 512];
const BASE: CrfParameters = {
  smoothness: { spatialStd: 3, weight: 3 },
  appearance: { spatialStd: 40, colorStd: 6, weight: 10 },
  normalization: "symmetric",
  iterations: 10,
};

const photo = await readRgb("examples/photos/cow.jpg");
const truth = resizeLabels(decodeLabelMap(readFileSync("examples/photos/labels/cow.png"), "cow.png"), {
  height: HEIGHT,
  width: WIDTH,
});
const unary = unaryFromProbabilities(coarseProbabilities(truth), [SHOWN_CLASSES.length, truth.height, truth.width]);

await draw("overview", [
  { picture: photo, caption: "photo" },
  { picture: overlay(photo, truth), caption: "drawn by hand" },
  await refined("without CRF", { ...BASE, iterations: 0 }),
  await refined("with CRF", BASE),
]);
await drawSeries("spatial-std", [5, 20, 80, 300], (spatialStd) => ({
  appearance: { spatialStd, colorStd: 6, weight: 10 },
}));
await drawSeries("color-std", [2, 6, 20, 60], (colorStd) => ({ appearance: { spatialStd: 40, colorStd, weight: 10 } }));
await drawSeries("weight", [1, 4, 10, 50], (weight) => ({ appearance: { spatialStd: 40, colorStd: 6, weight } }));
await drawSeries("iterations", [1, 2, 5, 20], (iterations) => ({ iterations }));
await drawSeries("normalization", ["none", "before", "after", "symmetric"] as const, (normalization) => ({
  normalization,
}));
await drawSeries("smoothness", [1, 3, 10, 30], (spatialStd) => ({
  smoothness: { spatialStd, weight: 10 },
  appearance: { spatialStd: 40, colorStd: 6, weight: 0 },
}));

async function drawSeries<T>(
  name: string,
  values: readonly T[],
  change: (value: T) => Partial<CrfParameters>,
): Promise<void> {
  const tiles: Tile[] = [];
  for (const value of values) tiles.push(await refined(String(value), { ...BASE, ...change(value) }));
  await draw(name, tiles);
}

async function refined(caption: string, parameters: CrfParameters): Promise<Tile> {
  const { labels } = await meanField(unary, photo, parameters);
  const shown = labelMap(
    labels.map((label) => SHOWN_CLASSES[label] ?? 0),
    photo.height,
    photo.width,
  );
  return tileOf(caption, shown);
}

/** The labels over the photo, with the IoU of the cows. */
function tileOf(caption: string, labels: LabelMap): Tile {
  const matrix = new ConfusionMatrix(VOC_CLASSES.length);
  matrix.accumulate(truth, labels);
  const iou = scoresOf(matrix, VOC_CLASSES).classes[COW]?.iou ?? 0;
  return { picture: overlay(photo, labels), caption: `${caption}: IoU ${(100 * iou).toFixed(1)}` };
}

async function draw(name: string, tiles: readonly Tile[]): Promise<void> {
  const { data, width, height } = montage(tiles, { columns: 4, tileSize: 300 });
  writeFileSync(
    `docs/crf/${name}.jpg`,
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 82 })
      .toBuffer(),
  );
}

async function readRgb(path: string): Promise<Image> {
  const { data, info } = await sharp(path)
    .resize(WIDTH, HEIGHT)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return image(new Uint8Array(data), info.height, info.width);
}
