/** The small network that a device is checked with, and what it is fed: always the same numbers, made from one seed. */
import { deconvNet, initialize, type Net, type NetForm, netForm } from "../nets/index.ts";
import type { Tensor } from "../onnx/index.ts";
import { randomFor } from "../tensor/index.ts";
import { type MicroBatch, PAPER_SGD, type Solver, VOID_LABEL } from "../train/index.ts";

/** What the check's training step is taken with. */
export const CHECK_STEP: { readonly solver: Solver; readonly learningRate: number } = Object.freeze({
  solver: PAPER_SGD,
  learningRate: 0.05,
});

/**
 * Of the first 27 seeds the one whose ReLU inputs and pooling maxima keep furthest from a tie (2e-5, where float32 errs by
 * less than 5e-6): past one, a gradient changes in its third digit on a device that is sound.
 */
const SEED = 8;
const INPUT_SIZE = 64;
const IMAGES = 4;

/** B, G and R minus mean of background and of the two kinds of discs. */
const CLASS_COLORS: readonly (readonly number[])[] = [
  [-50, -20, 10],
  [60, -70, 0],
  [-10, 50, 80],
];

/**
 * A gradient through batch norm over 4 values a channel, one for each image, magnifies the last bit of float32 ten
 * thousand times. These layers are frozen, which makes them use their stored statistics.
 */
const FROZEN: ReadonlySet<string> = new Set(["fc6", "fc7"]);

/** Shift of every batch norm: keeps most ReLU inputs away from 0. */
const SHIFT = 1;

/** A DeconvNet with every kind of layer that the paper's has. */
export function createCheckNet(form: NetForm, mode: "training" | "inference"): Net {
  return deconvNet({
    inputSize: INPUT_SIZE,
    classes: CLASS_COLORS.length,
    widths: [4, 4, 8, 8, 8],
    fcWidth: 16,
    mode,
    frozen: FROZEN,
    ...netForm(form),
  });
}

/** First values; the same for both forms and modes. */
export function createCheckParameters(net: Net): Map<string, Tensor> {
  const parameters = initialize(net, { seed: SEED });
  for (const { name, kind, shape } of net.parameters) {
    if (kind !== "shift") continue;
    const [channels = 0] = shape;
    parameters.set(name, { type: "float32", shape, data: new Float32Array(channels).fill(SHIFT) });
  }
  return parameters;
}

/** Four pictures of a disc on a noisy ground, classes 1 and 2 in turn, with a ring of void around each disc. */
export function createCheckBatch(): MicroBatch {
  const pixels = INPUT_SIZE * INPUT_SIZE;
  const images = new Float32Array(IMAGES * 3 * pixels);
  const labels = new Int32Array(IMAGES * pixels);
  for (let image = 0; image < IMAGES; image++) {
    const random = randomFor(SEED, "picture", image);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const label = labelAt(image, pixel % INPUT_SIZE, Math.floor(pixel / INPUT_SIZE));
      labels[image * pixels + pixel] = label;
      const color = CLASS_COLORS[label] ?? [0, 0, 0];
      for (let channel = 0; channel < 3; channel++) {
        images[(image * 3 + channel) * pixels + pixel] = (color[channel] ?? 0) + 40 * random.uniform() - 20;
      }
    }
  }
  return {
    images: { type: "float32", shape: [IMAGES, 3, INPUT_SIZE, INPUT_SIZE], data: images },
    labels: { type: "int32", shape: [IMAGES, INPUT_SIZE, INPUT_SIZE], data: labels },
  };
}

function labelAt(image: number, x: number, y: number): number {
  const radius = 10 + 3 * image;
  const squaredDistance = (x - (18 + ((23 * image) % 31))) ** 2 + (y - (45 - ((17 * image) % 29))) ** 2;
  if (squaredDistance <= radius ** 2) return 1 + (image % 2);
  return squaredDistance <= (radius + 2) ** 2 ? VOID_LABEL : 0;
}
