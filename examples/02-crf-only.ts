/**
 * Refines somebody else's labels with the fully connected CRF alone: here a hand-drawn label map that was made coarse, in
 * blocks of 32 px. No network is involved.
 *
 *     npx tsx examples/02-crf-only.ts
 *
 * About 2 s. You should see the IoU of the sheep rise: the CRF finds the outline again.
 */
import { readFile } from "node:fs/promises";
import { meanField, PYDENSECRF_EXAMPLE, unaryFromLabels } from "deconvnet/crf";
import { ConfusionMatrix, scoresOf } from "deconvnet/evaluate";
import { decodeLabelMap, type LabelMap, labelMap, resizeLabels } from "deconvnet/labels";
import { readPhoto } from "deconvnet/node";

const SHEEP = 17;
const BLOCK = 32;
const photo = await readPhoto("examples/photos/sheep.jpg");
const truth = decodeLabelMap(await readFile("examples/photos/labels/sheep.png"), "sheep.png");
const { height, width } = truth;

// Two classes: background and sheep.
const mask = labelMap(
  truth.data.map((label) => Number(label === SHEEP)),
  height,
  width,
);
const small = { height: Math.ceil(height / BLOCK), width: Math.ceil(width / BLOCK) };
const coarse = resizeLabels(resizeLabels(mask, small), { height, width });

const unary = unaryFromLabels(coarse.data, [2, height, width], { confidence: 0.7 });
const { labels } = await meanField(unary, photo, PYDENSECRF_EXAMPLE);

console.log(`sheep in blocks of ${BLOCK} px: IoU ${iou(coarse)}`);
console.log(`refined with the photo: IoU ${iou(labelMap(labels, height, width))}`);

function iou(predicted: LabelMap): string {
  const matrix = new ConfusionMatrix(2);
  matrix.accumulate(mask, predicted);
  return `${(100 * (scoresOf(matrix, ["background", "sheep"]).classes[1]?.iou ?? 0)).toFixed(1)} %`;
}
