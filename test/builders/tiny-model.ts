/** A DeconvNet of a few thousand numbers with random weights, as a model file. */
import { deconvNet, initialize } from "../../src/nets/index.ts";
import type { JsonObject, ModelFile, NetMetadata } from "../../src/weights/index.ts";

export const TINY_OPTIONS = { inputSize: 32, widths: [4, 4, 6, 8, 8], fcWidth: 0, lastWidth: 4 } as const;

export interface TinyModelOptions {
  readonly classNames?: readonly string[];
  readonly seed?: number;
  readonly evaluationSize?: number;
  /** Kept with the training's provenance. */
  readonly details?: JsonObject;
}

export function tinyModel(options: TinyModelOptions = {}): ModelFile & { readonly metadata: NetMetadata } {
  const { classNames = ["background", "disc", "square", "triangle"], seed = 1, evaluationSize = 32, details } = options;
  const architectureOptions = { ...TINY_OPTIONS, classes: classNames.length };
  const net = deconvNet(architectureOptions);
  return {
    metadata: {
      contents: "net",
      architecture: "deconvnet",
      architectureOptions,
      channelOrder: "BGR",
      mean: [104.008, 116.669, 122.675],
      classNames,
      palette: classNames.map((_, c) => [c, 10 * c, 255 - c] as const),
      evaluationSize,
      training: { dataSets: [{ name: "shapes" }], ...(details === undefined ? {} : { details }) },
    },
    tensors: initialize(net, { seed, initializer: "he" }),
  };
}
