/**
 * `npm run demo`: trains a small DeconvNet on the eight free photos that have label maps, then segments all twelve.
 *
 * It takes about a minute and a half on two cores and shows that everything works on this machine. It says nothing of how well a
 * network does on new photos: eight of the twelve are those that it was trained on.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { type ClassIndex, createSampler, type Example, makeBatch } from "deconvnet/data";
import { ConfusionMatrix, scoresOf } from "deconvnet/evaluate";
import { CAFFE_PREPROCESSING, type Image, type Rgb } from "deconvnet/image";
import {
  applyMapping,
  decodeLabelMap,
  type LabelMap,
  mapClasses,
  type Palette,
  VOC_CLASSES,
  VOC_PALETTE,
} from "deconvnet/labels";
import { countParameters, type DeconvNetOptions, deconvNet, initialize } from "deconvnet/nets";
import { encodePhoto, nodeRuntime, nodeTraining, readModelFile, readPhoto } from "deconvnet/node";
import { Segmenter } from "deconvnet/segment";
import { ADAMW_DEFAULTS, type ParameterMap, Trainer } from "deconvnet/train";
import { addLegend, legendEntries, montage, overlay } from "deconvnet/visualize";

const PHOTOS = "examples/photos";
const OUT = "runs/demo";
const CLASSES = ["background", "cat", "cow", "dog", "horse", "person", "sheep"];
const PALETTE: Palette = CLASSES.map((name) => VOC_PALETTE[VOC_CLASSES.indexOf(name)] as Rgb);
const SIZE = 96;
const [STEPS, BATCH] = [160, 4];
const OPTIONS: DeconvNetOptions = {
  inputSize: SIZE,
  classes: CLASSES.length,
  widths: [64, 128, 256, 128, 128],
  fcWidth: 0,
  decoderLayers: [1, 1, 1, 1, 1],
  lastWidth: 32,
  plainBlocks: 3,
};

interface Photo {
  readonly name: string;
  readonly image: Image;
  /** Only for photos that show a class of the network. */
  readonly labels: LabelMap | undefined;
}

const photos = await readPhotos();
const parameters = await train(
  photos.flatMap((photo) => (photo.labels === undefined ? [] : [toExample(photo, photo.labels)])),
);
await segment(parameters);

async function readPhotos(): Promise<Photo[]> {
  const files = (await readdir(PHOTOS)).filter((file) => /\.(jpg|png)$/.test(file)).sort();
  const mapping = mapClasses(VOC_CLASSES, CLASSES);
  return await Promise.all(
    files.map(async (file) => {
      const name = basename(file, extname(file));
      const path = join(PHOTOS, "labels", `${name}.png`);
      const bytes = await readFile(path).catch(() => undefined);
      const labels = bytes === undefined ? undefined : applyMapping(decodeLabelMap(bytes, path), mapping, path);
      return { name, image: await readPhoto(join(PHOTOS, file)), labels };
    }),
  );
}

function toExample({ name, image }: Photo, labels: LabelMap): Example {
  return { id: name, image, labels };
}

/** The first three blocks are VGG-16's and stay as they are; everything behind them starts from random numbers. */
async function train(examples: readonly Example[]): Promise<ParameterMap> {
  const frozen = new Set([1, 2, 3].flatMap((block) => [1, 2, 3].map((layer) => `conv${block}_${layer}`)));
  const net = deconvNet({ ...OPTIONS, mode: "training", frozen });
  const start = initialize(net, { seed: 1 });
  const vgg16 = await readModelFile("models/vgg16-conv1-conv3.safetensors");
  for (const [name, tensor] of vgg16.tensors) start.set(name, tensor);
  console.log(
    `Training ${countParameters(net).toLocaleString("en-US")} parameters for ${STEPS} steps of ${BATCH} crops of ${examples.length} photos.`,
  );
  await using trainer = await Trainer.create(nodeTraining, net, start, { solver: ADAMW_DEFAULTS, batch: BATCH });
  const source = {
    length: examples.length,
    read: async (photo: number): Promise<Example> => examples[photo] as Example,
  };
  const sampler = createSampler(1, indexOf(examples), "balanced");
  const views = {
    cropSize: SIZE,
    longerSide: [90, 130],
    color: { brightness: 0, contrast: 0, saturation: 0, hue: 0 },
  } as const;
  const seen = [];
  for (let step = 0; step < STEPS; step++) {
    const { images, labels } = await makeBatch(source, sampler, 1, step * BATCH, BATCH, views);
    const batch = {
      images: { type: "float32", shape: [BATCH, 3, SIZE, SIZE], data: images },
      labels: { type: "int32", shape: [BATCH, SIZE, SIZE], data: labels },
    } as const;
    const { loss } = await trainer.step([batch], { learningRate: 0.002 * Math.min(1, 2 * (1 - step / STEPS)) });
    if (step >= STEPS - 16) seen.push(batch.images);
    if (step % 20 === 0 || step === STEPS - 1) console.log(`step ${step + 1}: loss ${loss.toFixed(3)}`);
  }
  return await trainer.model(seen);
}

function indexOf(examples: readonly Example[]): ClassIndex {
  const pixels = new Uint32Array(examples.length * CLASSES.length);
  examples.forEach(({ labels }, photo) => {
    for (const label of labels.data) if (label < CLASSES.length) pixels[photo * CLASSES.length + label]! += 1;
  });
  return { classes: CLASSES.length, pixels };
}

async function segment(parameters: ParameterMap): Promise<void> {
  await mkdir(OUT, { recursive: true });
  await using segmenter = await Segmenter.create(nodeRuntime, {
    architecture: "deconvnet",
    architectureOptions: { ...OPTIONS },
    parameters,
    classNames: CLASSES,
    palette: PALETTE,
    preprocessing: CAFFE_PREPROCESSING,
    evaluationSize: SIZE,
  });
  const tiles = [];
  for (const { name, image, labels } of photos) {
    const predicted = await segmenter.segment(image);
    const picture = addLegend(
      overlay(image, predicted, { palette: PALETTE }),
      legendEntries(predicted, CLASSES, PALETTE),
    );
    await writeFile(join(OUT, `${name}.png`), await encodePhoto(picture, "png"));
    const background =
      predicted.data.reduce((count, label) => count + (label === 0 ? 1 : 0), 0) / predicted.data.length;
    const result =
      labels === undefined
        ? `background ${percent(background)}`
        : `mean IoU ${percent(meanIoU(labels, predicted))}, trained on`;
    console.log(`${name}: ${result}`);
    tiles.push({ picture, caption: name });
  }
  await writeFile(join(OUT, "contact-sheet.png"), await encodePhoto(montage(tiles), "png"));
  console.log(`Overlays and contact-sheet.png are in ${OUT}.`);
}

function meanIoU(truth: LabelMap, predicted: LabelMap): number {
  const matrix = new ConfusionMatrix(CLASSES.length);
  matrix.accumulate(truth, predicted);
  return scoresOf(matrix, CLASSES).meanIoU ?? 0;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
