/** The portable form of the model of the package on a photo, and ten steps of a tiny DeconvNet, on any runtime. */
import { deconvNet, type Runtime, Segmenter, Trainer } from "deconvnet";
import { decodePng, image } from "deconvnet/image";
import { initialize, netForm } from "deconvnet/nets";
import { segmentationModel } from "deconvnet/segment";
import { PAPER_SGD, type TrainingRuntime } from "deconvnet/train";
import { decodeModelFile } from "deconvnet/weights";
import { OPTIONS, testImages, testLabels } from "./tiny-deconvnet.ts";

export interface Segmented {
  readonly labels: readonly number[];
  /** Of one crop, once everything is compiled, ms. */
  readonly milliseconds: number;
}

/** The longer side of the photo: small, since a driver in software computes it too. */
const SIZE = 128;

export async function segmentPhoto(runtime: Runtime, model: Uint8Array, png: Uint8Array): Promise<Segmented> {
  const { data, height, width } = decodePng(png, "photo");
  const photo = image(data, height, width);
  const options = { size: SIZE, batch: 1, form: "portable" } as const;
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
  // Batch norm over two values a channel magnifies the last bit; these layers use their stored statistics.
  const frozen = new Set(["fc6", "fc7"]);
  const net = deconvNet({ ...OPTIONS, ...netForm("portable"), mode: "training", frozen });
  await using trainer = await Trainer.create(training, net, initialize(net, { seed: 3 }), {
    solver: PAPER_SGD,
    batch: 2,
  });
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    const { loss } = await trainer.step([{ images: testImages(), labels: testLabels() }], { learningRate: 0.005 });
    losses.push(loss);
  }
  return losses;
}
