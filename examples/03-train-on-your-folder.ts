/**
 * Trains a small network on a folder: checks the folder, trains, stops in the middle as if by Ctrl-C, goes on from the
 * checkpoint, and scores the result.
 *
 *     npx tsx examples/03-train-on-your-folder.ts [folder for the data and the run, new]
 *
 * About 20 s. You should see "stopped" at sample 64, "resumed", and a mean IoU, which with six photos and so short a training
 * is low: what is shown is how the pieces fit. docs/training.md has a real training.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset, readTrainConfig, runTraining, type TrainingEvent, writeSampleSet } from "deconvnet/node";

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "deconvnet-")));
const [data, run] = [join(folder, "photos"), join(folder, "run")];

// Eight free photos in the layout of VOC; your own folder comes here.
await writeSampleSet(data);
const { ok, findings } = await checkDataset(data);
for (const { level, message } of findings) console.log(`${level}: ${message}`);
if (!ok) process.exit(1);

// What is not given has its default: `deconvnet config --print` shows all. The same text can be a file.
const config = readTrainConfig(`
model:
  options: {inputSize: 64, widths: [64, 128, 256, 32, 32], lastWidth: 16}
samples: 128
batch: 8
checkpoint: 32
schedule: {learningRate: 0.005, warmup: 16}
augment: {longerSide: [64, 96]}
validation: {every: 0, size: 96}
`);

const stop = new AbortController();
const onEvent = (event: TrainingEvent): void => {
  if (event.type === "note") console.log(event.text);
  if (event.type !== "step") return;
  const { samples, loss } = event.progress;
  console.log(`sample ${samples}: loss ${loss.toFixed(3)}`);
  if (samples === 64) stop.abort();
};

const first = await runTraining(config, { data, dataName: "photos", run, signal: stop.signal, onEvent });
console.log(`stopped at sample ${first.samples}, finished: ${first.finished}`);
const { validation } = await runTraining(config, { data, dataName: "photos", run, resume: true, onEvent });
console.log(`mean IoU ${(100 * (validation?.meanIoU ?? 0)).toFixed(1)} %; the model: ${join(run, "best.safetensors")}`);
