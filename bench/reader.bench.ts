/**
 * What reading photos costs a training: steps of `compact` on fresh batches, and the same steps on one repeated batch, in
 * turns: `npm run bench -- reader [FOLDER] [ROUNDS]`.
 *
 * The reader's thread takes its share of the processor whether or not a step waits for it; the log's reader share is the waiting alone.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch } from "deconvnet/data";
import { deconvNet, initialize } from "deconvnet/nets";
import { indexClasses, nodeTraining, openDataset, prepareBatches, writeSampleSet } from "deconvnet/node";
import { ADAMW_DEFAULTS, PRESETS, Trainer } from "deconvnet/train";

const SIDE = 128;
const BATCH = 8;
const STEPS = 5;
const FROZEN = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"];

const [given, rounds = "7"] = process.argv.slice(2);
const folder = given ?? (await mkdtemp(join(tmpdir(), "bench-")));
const data = given ?? join(folder, "sample");
if (given === undefined) await writeSampleSet(data);
console.log(`${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} threads, Node ${process.version}`);

const dataset = await openDataset(data, { split: "train" });
const options = { ...PRESETS.compact.options, classes: dataset.mapping.names.length };
const net = deconvNet({ ...options, mode: "training", frozen: new Set(FROZEN) });
const parameters = initialize(deconvNet(options), { seed: 1 });
await using trainer = await Trainer.create(nodeTraining, net, parameters, { solver: ADAMW_DEFAULTS, batch: BATCH });

const batchOptions = { batchSize: BATCH, samples: { cropSize: SIDE } };
const repeated = await firstBatch();
const times: { fresh: number[]; repeated: number[] } = { fresh: [], repeated: [] };
await train(() => Promise.resolve(repeated)); // warms up
for (let round = 0; round < Number(rounds); round++) {
  const batches = prepareBatches(dataset, await indexClasses(dataset), round, batchOptions);
  await batches.next(); // starts the reader
  times.fresh.push(await train(async () => (await batches.next()).value));
  await batches.return(undefined as never);
  times.repeated.push(await train(() => Promise.resolve(repeated)));
}
const [fresh, alone] = [median(times.fresh), median(times.repeated)];
console.log(
  `fresh batches: ${rate(fresh)} samples/s; one repeated batch: ${rate(alone)}; ratio ${(alone / fresh).toFixed(3)}`,
);
if (given === undefined) await rm(folder, { recursive: true });

/** Milliseconds for a few steps. */
async function train(next: () => Promise<Batch>): Promise<number> {
  const start = performance.now();
  for (let step = 0; step < STEPS; step++) {
    const { size, images, labels } = await next();
    await trainer.step(
      [
        {
          images: { type: "float32", shape: [size, 3, SIDE, SIDE], data: images },
          labels: { type: "int32", shape: [size, SIDE, SIDE], data: labels },
        },
      ],
      { learningRate: 1e-4 },
    );
  }
  return performance.now() - start;
}

async function firstBatch(): Promise<Batch> {
  const batches = prepareBatches(dataset, await indexClasses(dataset), 1, { ...batchOptions, workers: 0 });
  const { value } = await batches.next();
  await batches.return(undefined as never);
  return value;
}

function rate(milliseconds: number): string {
  return ((1000 * BATCH * STEPS) / milliseconds).toFixed(2);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
