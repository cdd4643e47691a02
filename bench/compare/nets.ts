/** The nets that are measured. */
import { DECONVNET_DEFAULTS, type DeconvNetOptions, deconvNet, type GraphOptions, type Net } from "deconvnet/nets";
import { PRESETS } from "deconvnet/train";

export type Preset = "paper" | "compact";

/** Layers of VGG-16's first three blocks, which `compact` keeps as they are. */
export const FRONT = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"];

/** In full: what a builder in another language needs. */
export function optionsOf(preset: Preset): DeconvNetOptions & { readonly inputSize: number; readonly classes: number } {
  return { ...DECONVNET_DEFAULTS, ...PRESETS[preset].options };
}

export function netOf(preset: Preset, graph: GraphOptions = {}): Net {
  return deconvNet({ ...optionsOf(preset), ...graph });
}
