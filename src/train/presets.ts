/** Named nets to train. */
import { OptionError } from "../errors.ts";
import { type DeconvNetOptions, deconvNet, type GraphOptions, type Net, type NetForm, netForm } from "../nets/index.ts";
import type { TrainConfig } from "./config.ts";

interface Preset {
  readonly options: DeconvNetOptions;
  readonly frozen: readonly string[];
}

/**
 * `compact`: VGG-16's first three blocks as they are, narrower blocks behind them, no fully connected layers, one deconvolution
 * a block: 9.1 M parameters, for training on a processor. With three a block (14.2 M) a step takes 1.8 times as long.
 * `paper`: the net of the paper, all of it trained.
 */
export const PRESETS: Readonly<Record<TrainConfig["model"]["preset"], Preset>> = Object.freeze({
  compact: {
    options: {
      inputSize: 128,
      widths: [64, 128, 256, 320, 320],
      fcWidth: 0,
      decoderLayers: [1, 1, 1, 1, 1],
      lastWidth: 48,
      plainBlocks: 3,
    },
    frozen: ["conv1_*", "conv2_*", "conv3_*"],
  },
  paper: { options: {}, frozen: [] },
});

/** The options with which a configuration's net is built: what its model file stores. */
export function architectureOptions(config: TrainConfig, classes: number): DeconvNetOptions {
  const given = Object.entries(config.model.options).filter(([, value]) => value !== undefined);
  return { ...PRESETS[config.model.preset].options, ...Object.fromEntries(given), classes };
}

/** The net to train, with its frozen layers. */
export function trainingNet(config: TrainConfig, options: DeconvNetOptions, form: NetForm = "native"): Net {
  const graph: GraphOptions = { mode: "training", epsilon: config.model.epsilon, ...netForm(form) };
  const layers = [...deconvNet(options).activations.keys()];
  const patterns = config.model.frozen ?? PRESETS[config.model.preset].frozen;
  const frozen = new Set(patterns.flatMap((pattern) => matching(layers, pattern)));
  return deconvNet({ ...options, ...graph, frozen });
}

/** @throws {OptionError} if there is no such layer. */
function matching(layers: readonly string[], pattern: string): string[] {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  const found = layers.filter((layer) => new RegExp(`^${escaped}$`).test(layer));
  if (found.length > 0) return found;
  throw new OptionError(
    `model.frozen: expected names of layers, * for any text, got "${pattern}", which fits none. The layers: ${layers.join(", ")}.`,
  );
}
