/** The portable form of the model of the package on a photo, and ten steps of a small DeconvNet, on any runtime. */
import { type Runtime, Segmenter, Trainer } from "deconvnet";
import { decodePng, image } from "deconvnet/image";
import { netForm } from "deconvnet/nets";
import { segmentationModel } from "deconvnet/segment";
import { PAPER_SGD, type TrainingRuntime } from "deconvnet/train";
import { decodeModelFile } from "deconvnet/weights";
import { firstParameters, smallNet, syntheticBatch } from "../engine/small-net.ts";

export interface Segmented {
  readonly labels: readonly number[];
  /** Of one crop, once everything is compiled, ms. */
  readonly milliseconds: number;
}

/** @param size - The longer side to which the photo is brought, px. */
export async function segmentPhoto(
  runtime: Runtime,
  model: Uint8Array,
  png: Uint8Array,
  size: number,
): Promise<Segmented> {
  const { data, height, width } = decodePng(png, "photo");
  const photo = image(data, height, width);
  const options = { size, batch: 1, form: "portable" } as const;
  const file = await decodeModelFile(model, "model");
  await using segmenter = await Segmenter.create(runtime, segmentationModel(file, "model"), options);
  await segmenter.scores(photo);
  const start = performance.now();
  const scores = await segmenter.scores(photo);
  const milliseconds = performance.now() - start;
  return { labels: Array.from((await segmenter.labels(scores, photo)).data), milliseconds };
}

/** The loss before each of ten training steps. */
export async function tenLosses(training: TrainingRuntime): Promise<number[]> {
  // Batch norm over two values a channel magnifies the last bit; this layer uses its stored statistics.
  const net = smallNet({ ...netForm("portable"), frozen: new Set(["fc6"]) });
  await using trainer = await Trainer.create(training, net, firstParameters(net), { solver: PAPER_SGD, batch: 2 });
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    const { loss } = await trainer.step([syntheticBatch(2, 2 * (step % 2))], { learningRate: 0.02 });
    losses.push(loss);
  }
  return losses;
}
