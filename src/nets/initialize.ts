/** First values of a net's parameters, each a function of the seed and the parameter's name. */
import type { Tensor } from "../onnx/index.ts";
import { randomFor } from "../tensor/index.ts";
import type { Net, Parameter } from "./net.ts";

/**
 * `paper`: decoder and score weights from N(0, 0.01^2), batch-norm shift 0.001; encoder layers, which the paper loads from VGG-16,
 * from He's distribution. `he`: all weights from N(0, 2 / fan-in), for nets that are trained from scratch.
 */
export type Initializer = "paper" | "he";

export interface InitializeOptions {
  readonly seed: number;
  /** Default `he`. */
  readonly initializer?: Initializer;
}

/**
 * Makes the parameters of a net. Score layers of FCN start at 0, its upsampling layers are bilinear, statistics are mean 0 and variance 1.
 *
 * @returns A float32 tensor for every parameter, by name.
 * @see He, Zhang, Ren, Sun, Delving Deep into Rectifiers, ICCV 2015, equation 10.
 */
export function initialize(net: Net, { seed, initializer = "he" }: InitializeOptions): Map<string, Tensor> {
  const fcn = net.architecture.startsWith("fcn");
  return new Map(
    net.parameters.map((parameter) => {
      const data = new Float32Array(parameter.shape.reduce((product, dim) => product * dim, 1));
      fill(data, parameter, { seed, initializer, zeroScores: fcn });
      return [parameter.name, { type: "float32", shape: parameter.shape, data }];
    }),
  );
}

interface FillOptions {
  readonly seed: number;
  readonly initializer: Initializer;
  readonly zeroScores: boolean;
}

function fill(data: Float32Array, parameter: Parameter, options: FillOptions): void {
  const { kind, layer, shape } = parameter;
  if (kind === "scale" || kind === "running_var") data.fill(1);
  else if (kind === "shift") data.fill(options.initializer === "paper" ? 0.001 : 0);
  else if (kind === "weight" && layer.startsWith("upscore")) fillBilinear(data, shape);
  else if (kind === "weight" && !(options.zeroScores && layer.startsWith("score"))) {
    fillNormal(data, deviationOf(parameter, options.initializer), options.seed, parameter.name);
  }
}

function deviationOf({ layer, shape }: Parameter, initializer: Initializer): number {
  const isDeconvolution = layer.includes("deconv");
  if (initializer === "paper" && (isDeconvolution || layer.startsWith("seg-score"))) return 0.01;
  const [first = 1, second = 1, kh = 1, kw = 1] = shape;
  // A deconvolution's weight is [in, out, kh, kw]. fc6-deconv starts from one pixel: no kernel positions add up there.
  const positions = layer === "fc6-deconv" ? 1 : kh * kw;
  return Math.sqrt(2 / ((isDeconvolution ? first : second) * positions));
}

function fillNormal(data: Float32Array, deviation: number, seed: number, name: string): void {
  const random = randomFor(seed, "initialize", name);
  for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
}

/** The same triangle for each channel alone: weights `[c, c, k, k]`, zero between channels. */
function fillBilinear(data: Float32Array, shape: readonly number[]): void {
  const [channels = 1, , size = 1] = shape;
  const kernel = bilinearKernel(size);
  for (let channel = 0; channel < channels; channel++) data.set(kernel, (channel * channels + channel) * size * size);
}

/**
 * The kernel of bilinear upsampling by a transposed convolution.
 *
 * @returns float32, `[size, size]`; a size of 4 gives the outer product of (0.25, 0.75, 0.75, 0.25) with itself.
 * @see Shelhamer, Long, Darrell, Fully Convolutional Networks for Semantic Segmentation, PAMI 2017, section 3.3.
 */
export function bilinearKernel(size: number): Float32Array {
  const factor = Math.floor((size + 1) / 2);
  const centre = size % 2 === 1 ? factor - 1 : factor - 0.5;
  const triangle = Array.from({ length: size }, (_, i) => 1 - Math.abs(i - centre) / factor);
  return Float32Array.from(
    { length: size * size },
    (_, i) => (triangle[Math.floor(i / size)] ?? 0) * (triangle[i % size] ?? 0),
  );
}
