/** Training samples: a view of a photo as the network's input, with its labels. */
import {
  CAFFE_PREPROCESSING,
  changeColor,
  flipImage,
  type Image,
  meanColor,
  networkInput,
  type Preprocessing,
  turnedCrop,
} from "../image/index.ts";
import { flipLabels, type LabelMap, turnedLabels } from "../labels/index.ts";
import { type AugmentationOptions, augmentationOptions, drawView, type View } from "./augmentation.ts";
import { connectedObjects, instanceObjects } from "./objects.ts";
import type { Sampler } from "./sampler.ts";

/** A photo with its labels, both of one size. */
export interface Example {
  /** The file's name without folder and ending. */
  readonly id: string;
  readonly image: Image;
  /** Classes of the training, void 255. */
  readonly labels: LabelMap;
  /** Instance numbers, where the set has them. */
  readonly instances?: LabelMap;
}

/** A data set as samples need it: photos by number. */
export interface ExampleSource {
  readonly length: number;
  read(photo: number): Promise<Example>;
}

/** What a second network wants, which sees the same view: a teacher. */
export interface SecondInput {
  /** Side of its square input, px. */
  readonly size: number;
  readonly preprocessing: Preprocessing;
}

export interface SampleOptions extends AugmentationOptions {
  readonly preprocessing?: Preprocessing;
  /** Default: there is no second network. */
  readonly second?: SecondInput;
}

/** The network's input and what it should say. */
export interface Sample {
  /** Float32, shape `[3, cropSize, cropSize]`. */
  readonly image: Float32Array;
  /** Int32, shape `[cropSize, cropSize]`; void 255. */
  readonly labels: Int32Array;
  /** The second network's input: float32, shape `[3, size, size]`; empty without one. */
  readonly second: Float32Array;
}

/** Samples `first` to `first + size - 1`. */
export interface Batch {
  readonly first: number;
  readonly size: number;
  /** Float32, shape `[size, 3, cropSize, cropSize]`. */
  readonly images: Float32Array<ArrayBuffer>;
  /** Int32, shape `[size, cropSize, cropSize]`; void 255. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** Float32, shape `[size, 3, second.size, second.size]`; empty without a second network. */
  readonly second: Float32Array<ArrayBuffer>;
}

/**
 * Makes sample `k` of a training: a function of the seed, `k`, the options and the data set alone.
 *
 * @param sampler - Which photo; made with the same seed.
 * @throws {OptionError} if an option is outside its range; what reading the photo throws.
 */
export async function makeSample(
  source: ExampleSource,
  sampler: Sampler,
  seed: number,
  k: number,
  options: SampleOptions = {},
): Promise<Sample> {
  const { cropSize } = augmentationOptions(options);
  const sample = {
    image: new Float32Array(3 * cropSize * cropSize),
    labels: new Int32Array(cropSize * cropSize),
    second: new Float32Array(secondLength(options)),
  };
  await fillSample(source, sampler, seed, k, options, sample);
  return sample;
}

/** Makes the samples `first` to `first + size - 1` as one batch. */
export async function makeBatch(
  source: ExampleSource,
  sampler: Sampler,
  seed: number,
  first: number,
  size: number,
  options: SampleOptions = {},
): Promise<Batch> {
  const pixels = augmentationOptions(options).cropSize ** 2;
  const images = new Float32Array(size * 3 * pixels);
  const labels = new Int32Array(size * pixels);
  const length = secondLength(options);
  const second = new Float32Array(size * length);
  for (let i = 0; i < size; i++) {
    await fillSample(source, sampler, seed, first + i, options, {
      image: images.subarray(i * 3 * pixels, (i + 1) * 3 * pixels),
      labels: labels.subarray(i * pixels, (i + 1) * pixels),
      second: second.subarray(i * length, (i + 1) * length),
    });
  }
  return { first, size, images, labels, second };
}

function secondLength({ second }: SampleOptions): number {
  return second === undefined ? 0 : 3 * second.size ** 2;
}

async function fillSample(
  source: ExampleSource,
  sampler: Sampler,
  seed: number,
  k: number,
  options: SampleOptions,
  sample: Sample,
): Promise<void> {
  const augmentation = augmentationOptions(options);
  const { photo, classId } = sampler.pick(k);
  const example = await source.read(photo);
  const objects = (
    example.instances === undefined
      ? connectedObjects(example.labels)
      : instanceObjects(example.labels, example.instances)
  ).filter((object) => object.classId === classId);
  const view = drawView(seed, k, example.image, objects, augmentation);
  const preprocessing = options.preprocessing ?? CAFFE_PREPROCESSING;
  const shown = renderView(example, view, augmentation.cropSize, preprocessing);
  networkInput(shown.image, preprocessing, sample.image);
  sample.labels.set(shown.labels.data);
  if (options.second === undefined) return;
  // Drawn from the photo again: the teacher's larger input then has the photo's detail.
  const { size, preprocessing: theirs } = options.second;
  networkInput(renderPhoto(example.image, view, size, theirs), theirs, sample.second);
}

/**
 * Applies a view to a photo and its labels. Outside the photo there is the mean colour and void; colours change after that, so
 * the padding's do too.
 */
export function renderView(
  example: Example,
  view: View,
  cropSize: number,
  preprocessing: Preprocessing,
): { readonly image: Image; readonly labels: LabelMap } {
  const labels = turnedLabels(example.labels, view.box, { height: cropSize, width: cropSize }, view.rotation);
  return {
    image: renderPhoto(example.image, view, cropSize, preprocessing),
    labels: view.flip ? flipLabels(labels) : labels,
  };
}

function renderPhoto(
  photo: Image,
  { box, rotation, flip, color }: View,
  cropSize: number,
  preprocessing: Preprocessing,
): Image {
  const crop = turnedCrop(photo, box, { height: cropSize, width: cropSize }, rotation, meanColor(preprocessing));
  return changeColor(flip ? flipImage(crop) : crop, color);
}
