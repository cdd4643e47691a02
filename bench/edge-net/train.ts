/**
 * Trains the small edge net with this project's engine, scores it by the Berkeley benchmark, and times it next to the
 * other detectors:
 *
 *     npx tsx bench/edge-net/train.ts --data BSDS500 --out DIR [--steps 6000] [--crop 256] [--batch 4] [--edges FOREST]... [--photos N]
 *
 * Learns from `images/train` but for the photos of `bench/edges/bsds500-validation.txt`, on which it is scored. DIR gets the
 * parameters (`edge-net.safetensors`) and the edge maps (`ID.png`, 16 bits), so that
 * `deconvnet edges evaluate --data BSDS500 --list ... --predictions DIR --nms` gives the same figures.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countParameters, initialize } from "deconvnet/nets";
import {
  detectedEdges,
  type EdgeExamples,
  evaluateEdges,
  nodeTraining,
  openEdgeDetector,
  openEdgeExamples,
  writeSafetensors,
} from "deconvnet/node";
import type { EdgeDetector, EdgeMap } from "deconvnet/proposals";
import { ADAMW_DEFAULTS, type ParameterMap, Trainer } from "deconvnet/train";
import { encode } from "fast-png";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { EdgeNetDetector } from "./detect.ts";
import { edgeNet } from "./edge-net.ts";
import { balancedWeights, drawBatch, type EdgeSample, halfLabels } from "./edge-samples.ts";

const VALIDATION = "bench/edges/bsds500-validation.txt";
const LEARNING_RATE = 2e-3;
const REPORT_STEPS = 25;
const STATISTICS_BATCHES = 8;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string" },
    steps: { type: "string", default: "6000" },
    crop: { type: "string", default: "256" },
    batch: { type: "string", default: "4" },
    edges: { type: "string", multiple: true, default: [] },
    photos: { type: "string", default: "1000" },
  },
});
const [CROP, BATCH] = [Number(values.crop), Number(values.batch)];
if (values.data === undefined || values.out === undefined) throw new Error("edge-net: expected --data and --out.");
await main(values.data, values.out, Number(values.steps), Number(values.photos), ["gradient", ...values.edges]);

async function main(
  data: string,
  out: string,
  steps: number,
  photos: number,
  others: readonly string[],
): Promise<void> {
  mkdirSync(out, { recursive: true });
  const parameters = await train(await openEdgeExamples(data, { split: "train", holdOut: VALIDATION }), steps, photos);
  await writeSafetensors(join(out, "edge-net.safetensors"), parameters);
  const listed = await openEdgeExamples(data, { split: "train", list: VALIDATION });
  const validation = { ...listed, photos: listed.photos.slice(0, photos) };
  await using net = new EdgeNetDetector(parameters);
  const detect: EdgeDetector = (image) => net.detect(image);
  await score("edge net", validation, detect, (id, edges) => writeFileSync(join(out, `${id}.png`), greyPng(edges)));
  for (const name of others) await score(name, validation, (await openEdgeDetector(name)).detect);
}

async function train(examples: EdgeExamples, steps: number, photos: number): Promise<ParameterMap> {
  const samples: EdgeSample[] = [];
  for (let photo = 0; photo < Math.min(photos, examples.photos.length); photo++) {
    const { image, boundaries } = await examples.read(photo);
    samples.push({ image, labels: halfLabels(boundaries, image) });
  }
  const classWeights = balancedWeights(samples);
  const net = edgeNet({ mode: "training", height: CROP, width: CROP });
  console.log(
    `${samples.length} photos, ${countParameters(net)} parameters, class weights ${classWeights.map((w) => w.toFixed(3))}`,
  );
  await using trainer = await Trainer.create(nodeTraining, net, initialize(net, { seed: 1 }), {
    solver: { ...ADAMW_DEFAULTS, weightDecay: 1e-3 },
    batch: BATCH,
    classWeights,
  });
  const next = seededNumbers(1);
  const start = performance.now();
  let sum = 0;
  for (let step = 1; step <= steps; step++) {
    // A cosine from the full rate to 0.
    const learningRate = (LEARNING_RATE * (1 + Math.cos((Math.PI * step) / steps))) / 2;
    sum += (await trainer.step([drawBatch(samples, BATCH, CROP, next)], { learningRate })).loss;
    if (step % REPORT_STEPS !== 0) continue;
    console.log(
      `step ${step}: loss ${(sum / REPORT_STEPS).toFixed(4)}, ${((performance.now() - start) / step).toFixed(0)} ms a step`,
    );
    sum = 0;
  }
  const batches = Array.from({ length: STATISTICS_BATCHES }, () => drawBatch(samples, BATCH, CROP, next).images);
  return await trainer.model(batches);
}

/** ODS, OIS, AP and the median time a photo. */
async function score(
  name: string,
  examples: EdgeExamples,
  detect: EdgeDetector,
  keep: (id: string, edges: EdgeMap) => void = () => {},
): Promise<void> {
  const times: number[] = [];
  let current = "";
  const timed: EdgeDetector = async (image) => {
    const start = performance.now();
    const edges = await detect(image);
    times.push(performance.now() - start);
    keep(current, edges);
    return edges;
  };
  const source = detectedEdges(timed);
  const { ods, ois, ap } = await evaluateEdges(examples, (id, image) => {
    current = id;
    return source(id, image);
  });
  const milliseconds = times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
  console.log(
    `${name}: ODS ${ods.f.toFixed(3)}  OIS ${ois.f.toFixed(3)}  AP ${ap.toFixed(3)}  ${milliseconds.toFixed(0)} ms a photo`,
  );
}

function greyPng({ data, width, height }: EdgeMap): Uint8Array {
  return encode({
    data: Uint16Array.from(data, (value) => Math.round(65_535 * value)),
    width,
    height,
    channels: 1,
    depth: 16,
  });
}
