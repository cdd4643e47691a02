/** From a photo to what a network reads. */
import { ShapeError } from "../errors.ts";
import { type Image, image, type Rgb, type Size } from "./image.ts";

/** How a network wants its input; stored with the weights. */
export interface Preprocessing {
  /** Order of the channels. */
  readonly order: "bgr" | "rgb";
  /** Subtracted, 0-255, in the order of the channels. */
  readonly mean: readonly [number, number, number];
  /** Divided by, 0-255, in the order of the channels. */
  readonly std: readonly [number, number, number];
}

/**
 * The input of VGG-16 as trained with Caffe, and so of DeconvNet: BGR minus the mean colour, not scaled.
 *
 * @see H. Noh, S. Hong, B. Han, Learning Deconvolution Network for Semantic Segmentation, ICCV 2015 (released settings).
 */
export const CAFFE_PREPROCESSING: Preprocessing = Object.freeze({
  order: "bgr",
  mean: [104.008, 116.669, 122.675],
  std: [1, 1, 1],
} as const);

/** The mean colour as RGB, rounded: what padding is filled with, so that it is close to 0 in the network's input. */
export function meanColor({ order, mean }: Preprocessing): Rgb {
  const [a, b, c] = mean.map(Math.round) as unknown as Rgb;
  return order === "rgb" ? [a, b, c] : [c, b, a];
}

/**
 * Makes the input of a network from a photo.
 *
 * @param source - RGB, uint8, shape `[height, width, 3]`.
 * @param target - Written if given: float32, `3 * height * width` values, e.g. a part of a batch.
 * @returns Float32, shape `[3, height, width]`: `(value - mean) / std`.
 * @throws {ShapeError} if the target has another length.
 */
export function networkInput(
  source: Image,
  preprocessing: Preprocessing,
  target: Float32Array = new Float32Array(source.data.length),
): Float32Array {
  const pixels = source.height * source.width;
  if (target.length !== 3 * pixels) {
    throw new ShapeError(`networkInput: expected a target of ${3 * pixels} values, got ${target.length}.`);
  }
  for (let c = 0; c < 3; c++) {
    const from = preprocessing.order === "rgb" ? c : 2 - c;
    const mean = preprocessing.mean[c]!;
    const scale = 1 / preprocessing.std[c]!;
    const plane = c * pixels;
    for (let i = 0; i < pixels; i++) target[plane + i] = (source.data[i * 3 + from]! - mean) * scale;
  }
  return target;
}

/**
 * The picture that a network's input was made from: the inverse of {@link networkInput}, rounded to whole values.
 *
 * @param input - Float32, shape `[3, height, width]`, e.g. a part of a batch.
 */
export function imageFromInput(input: Float32Array, { height, width }: Size, preprocessing: Preprocessing): Image {
  const pixels = height * width;
  const data = new Uint8Array(3 * pixels);
  for (let c = 0; c < 3; c++) {
    const to = preprocessing.order === "rgb" ? c : 2 - c;
    const [mean, scale] = [preprocessing.mean[c]!, preprocessing.std[c]!];
    for (let i = 0; i < pixels; i++) {
      data[3 * i + to] = Math.min(255, Math.max(0, Math.round(input[c * pixels + i]! * scale + mean)));
    }
  }
  return image(data, height, width);
}
