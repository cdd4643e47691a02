/**
 * `npm run demo`: segments the twelve free photos with the model of the package and says how well.
 *
 * Overlays and a contact sheet go to `runs/demo`. Photos with a label map are scored; of those that show no class of the model
 * the share of background is printed, which should be all of it.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ConfusionMatrix, scoresOf } from "deconvnet/evaluate";
import { applyMapping, decodeLabelMap, type LabelMap, mapClasses, VOC_CLASSES } from "deconvnet/labels";
import { encodePhoto, loadSegmenter, readPhoto } from "deconvnet/node";
import { classShares } from "deconvnet/segment";
import { addLegend, legendEntries, montage, overlay } from "deconvnet/visualize";

const PHOTOS = "examples/photos";
const OUT = "runs/demo";

await mkdir(OUT, { recursive: true });
await using segmenter = await loadSegmenter();
const { classNames, palette } = segmenter;
const mapping = mapClasses(VOC_CLASSES, classNames);
const whole = new ConfusionMatrix(classNames.length);
const tiles = [];
for (const file of (await readdir(PHOTOS)).filter((name) => /\.(jpg|png)$/.test(name)).sort()) {
  const name = basename(file, extname(file));
  const photo = await readPhoto(join(PHOTOS, file));
  const predicted = await segmenter.segment(photo);
  const legend = legendEntries(predicted, classNames, palette);
  const picture = addLegend(overlay(photo, predicted, { palette }), legend);
  await writeFile(join(OUT, `${name}.png`), await encodePhoto(picture, "png"));
  const scores = judge(predicted, await readTruth(name));
  console.log(`${name}: ${scores.map(([label, share]) => `${label} ${(100 * share).toFixed(1)} %`).join(", ")}`);
  const [label, share] = scores[0] ?? ["", 0];
  tiles.push({ picture, caption: `${name}: ${label} ${Math.round(100 * share)} %` });
}
await writeFile(join(OUT, "contact-sheet.png"), await encodePhoto(montage(tiles), "png"));
console.log(
  `All photos with a label map: mean IoU ${(100 * (scoresOf(whole, classNames).meanIoU ?? 0)).toFixed(1)} %.`,
);
console.log(`Overlays and contact-sheet.png are in ${OUT}.`);

async function readTruth(name: string): Promise<LabelMap | undefined> {
  const path = join(PHOTOS, "labels", `${name}.png`);
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : applyMapping(decodeLabelMap(bytes, path), mapping, path);
}

/** The IoU of each class that the label map shows, background last; without a label map the share of background. */
function judge(predicted: LabelMap, truth: LabelMap | undefined): [label: string, share: number][] {
  if (truth === undefined) return [["background", classShares(predicted, classNames)[0]?.share ?? 0]];
  const matrix = new ConfusionMatrix(classNames.length);
  matrix.accumulate(truth, predicted);
  whole.accumulate(truth, predicted);
  const [background, ...others] = scoresOf(matrix, classNames).classes;
  const shown = [...others, background].filter((score) => score !== undefined && score.pixels > 0);
  return shown.map((score) => [`${score?.name ?? ""} IoU`, score?.iou ?? 0]);
}
