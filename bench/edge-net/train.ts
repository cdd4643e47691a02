/**
 * Trains the small edge net with this project's engine, on BSDS500 or on the region boundaries of label maps:
 *
 *     npx tsx bench/edge-net/train.ts --data DIR --out FILE.safetensors [--split train] [--hold-out IDS]
 *       [--from FILE.safetensors] [--steps 6000] [--crop 128] [--batch 4] [--photos N]
 *
 * `--hold-out` names photos that are left out, `--from` the parameters to begin with. Photos smaller than a crop are left out.
 */
import { parseArgs } from "node:util";
import { countParameters, initialize } from "deconvnet/nets";
import { nodeTraining, openEdgeExamples, readSafetensors, writeSafetensors } from "deconvnet/node";
import { ADAMW_DEFAULTS, type ParameterMap, Trainer } from "deconvnet/train";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { edgeNet } from "./edge-net.ts";
import { balancedWeights, drawBatch, type EdgeSample, halfLabels } from "./edge-samples.ts";

const LEARNING_RATE = 2e-3;
const REPORT_STEPS = 25;
const STATISTICS_BATCHES = 32;

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string" },
    split: { type: "string", default: "train" },
    "hold-out": { type: "string" },
    from: { type: "string" },
    steps: { type: "string", default: "6000" },
    crop: { type: "string", default: "128" },
    batch: { type: "string", default: "4" },
    photos: { type: "string", default: "100000" },
  },
});
if (values.data === undefined || values.out === undefined) throw new Error("edge-net: expected --data and --out.");
const [steps, crop, batch] = [Number(values.steps), Number(values.crop), Number(values.batch)];

const examples = await openEdgeExamples(values.data, {
  split: values.split,
  ...(values["hold-out"] === undefined ? {} : { holdOut: values["hold-out"] }),
});
const samples: EdgeSample[] = [];
for (let photo = 0; photo < Math.min(examples.photos.length, Number(values.photos)); photo++) {
  const { image, boundaries } = await examples.read(photo);
  if (Math.min(image.width, image.height) >= crop) samples.push({ image, labels: halfLabels(boundaries, image) });
}
await writeSafetensors(values.out, await train());

async function train(): Promise<ParameterMap> {
  const classWeights = balancedWeights(samples);
  const net = edgeNet({ mode: "training", height: crop, width: crop });
  const first = values.from === undefined ? initialize(net, { seed: 1 }) : (await readSafetensors(values.from)).tensors;
  console.log(
    `${samples.length} photos, ${countParameters(net)} parameters, class weights ${classWeights.map((w) => w.toFixed(3))}`,
  );
  await using trainer = await Trainer.create(nodeTraining, net, first, {
    solver: { ...ADAMW_DEFAULTS, weightDecay: 1e-3 },
    batch,
    classWeights,
  });
  const next = seededNumbers(1);
  const start = performance.now();
  let sum = 0;
  for (let step = 1; step <= steps; step++) {
    // A cosine from the full rate to 0.
    const learningRate = (LEARNING_RATE * (1 + Math.cos((Math.PI * step) / steps))) / 2;
    sum += (await trainer.step([drawBatch(samples, batch, crop, next)], { learningRate })).loss;
    if (step % REPORT_STEPS !== 0) continue;
    const time = (performance.now() - start) / step;
    console.log(`step ${step}: loss ${(sum / REPORT_STEPS).toFixed(4)}, ${time.toFixed(0)} ms a step`);
    sum = 0;
  }
  const batches = Array.from({ length: STATISTICS_BATCHES }, () => drawBatch(samples, batch, crop, next).images);
  return await trainer.model(batches);
}
