/**
 * Does resident memory stay where it is? Training steps of a tiny net and of `compact`, and photos segmented one after the
 * other, each as a process of its own: `npm run bench -- memory [CASE]`.
 *
 * The trend is a straight line through the samples of the second half, in share of their mean a thousand steps (or photos).
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DeconvNetOptions, deconvNet, initialize } from "deconvnet/nets";
import {
  indexClasses,
  loadSegmenter,
  nodeTraining,
  openDataset,
  prepareBatches,
  readPhoto,
  writeSampleSet,
} from "deconvnet/node";
import { ADAMW_DEFAULTS, PRESETS, Trainer } from "deconvnet/train";

const TINY: DeconvNetOptions = { inputSize: 32, widths: [4, 4, 8, 8, 8], fcWidth: 0, decoderLayers: [1, 1, 1, 1, 1] };
const FROZEN = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"];
const CASES: Readonly<Record<string, () => Promise<void>>> = {
  "2,000 steps of a tiny net": () => trainSteps({ options: TINY, frozen: [], side: 32, steps: 2000 }),
  "300 steps of compact": () => trainSteps({ options: PRESETS.compact.options, frozen: FROZEN, side: 128, steps: 300 }),
  "100 photos": () => segmentPhotos(100),
};

interface Steps {
  readonly options: DeconvNetOptions;
  readonly frozen: readonly string[];
  /** Side of the crops, px. */
  readonly side: number;
  readonly steps: number;
}

const [asked = ""] = process.argv.slice(2);
const wanted = CASES[asked];
if (wanted) await wanted();
else
  for (const name of Object.keys(CASES).filter((name) => name.includes(asked))) {
    console.log(name);
    const self = fileURLToPath(import.meta.url);
    spawnSync(process.execPath, ["--import", "tsx", self, name], { stdio: "inherit" });
  }

async function trainSteps({ options, frozen, side, steps }: Steps): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  await writeSampleSet(join(folder, "sample"));
  const dataset = await openDataset(join(folder, "sample"), { split: "train" });
  const all = { ...options, classes: dataset.mapping.names.length };
  const net = deconvNet({ ...all, mode: "training", frozen: new Set(frozen) });
  const parameters = initialize(deconvNet(all), { seed: 1 });
  const size = 8;
  await using trainer = await Trainer.create(nodeTraining, net, parameters, { solver: ADAMW_DEFAULTS, batch: size });
  const batches = prepareBatches(dataset, await indexClasses(dataset), 0, {
    batchSize: size,
    samples: { cropSize: side },
  });
  const memory: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { images, labels } = (await batches.next()).value;
    const batch = {
      images: { type: "float32", shape: [size, 3, side, side], data: images },
      labels: { type: "int32", shape: [size, side, side], data: labels },
    } as const;
    await trainer.step([batch], { learningRate: 1e-4 });
    memory.push(process.memoryUsage().rss);
  }
  await batches.return(undefined as never);
  await rm(folder, { recursive: true });
  report(memory);
}

async function segmentPhotos(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  await writeSampleSet(join(folder, "sample"));
  const { files } = await openDataset(join(folder, "sample"), { split: "train" });
  const photos = await Promise.all(files.map(({ photo }) => readPhoto(photo)));
  await using segmenter = await loadSegmenter();
  const memory: number[] = [];
  for (let k = 0; k < count; k++) {
    await segmenter.segment(photos[k % photos.length]!);
    memory.push(process.memoryUsage().rss);
  }
  await rm(folder, { recursive: true });
  report(memory);
}

function report(memory: readonly number[]): void {
  const half = memory.slice(memory.length / 2);
  const mean = average(half);
  const centre = (half.length - 1) / 2;
  const slope =
    half.reduce((sum, bytes, k) => sum + (k - centre) * (bytes - mean), 0) /
    half.reduce((sum, _, k) => sum + (k - centre) ** 2, 0);
  const tenths = Array.from({ length: 10 }, (_, k) =>
    average(memory.slice((k * memory.length) / 10, ((k + 1) * memory.length) / 10)),
  );
  console.log(`  MB, means of tenths: ${tenths.map((bytes) => (bytes / 1e6).toFixed(0)).join(" ")}`);
  console.log(`  end against middle: ${((tenths[9] ?? 0) / (tenths[4] ?? 1)).toFixed(3)}`);
  console.log(`  trend of the second half: ${((100_000 * slope) / mean).toFixed(2)} % a thousand`);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
