/** Where a training's weights come from. */
import { fileURLToPath } from "node:url";
import { OptionError } from "../../errors.ts";
import { initialize, type Net } from "../../nets/index.ts";
import type { Tensor, ValueInfo } from "../../onnx/index.ts";
import { type ModelMetadata, matchTensors } from "../../weights/index.ts";
import { readModelFile } from "../../weights/node.ts";
import type { TrainConfig } from "../config.ts";

export interface ModelStart {
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Names of tensors that came from a file. */
  readonly loaded: readonly string[];
  /** Names of tensors that start anew. */
  readonly initial: readonly string[];
  readonly metadata: ModelMetadata | undefined;
}

/** The model files that ship with the package. */
export function shippedModel(name: string): string {
  return fileURLToPath(new URL(`../../../models/${name}.safetensors`, import.meta.url));
}

/** Initial values, with what the file named by `config.from` has laid over them. */
export async function startModel(net: Net, config: TrainConfig, classNames: readonly string[]): Promise<ModelStart> {
  const parameters = initialize(net, { seed: config.seed, initializer: config.model.initializer });
  if (config.from === "none") return { parameters, loaded: [], initial: [...parameters.keys()], metadata: undefined };
  const path =
    config.from === "vgg16"
      ? shippedModel("vgg16-conv1-conv3")
      : config.from === "embedded"
        ? shippedModel("compact")
        : config.from;
  const file = await readModelFile(path);
  const expected = net.parameters.map(({ name, shape }): ValueInfo => ({ name, type: "float32", shape }));
  const isNet = file.metadata.contents === "net";
  const otherClasses = file.metadata.contents === "net" && file.metadata.classNames.join() !== classNames.join();
  const match = matchTensors(expected, file.tensors, {
    source: path,
    partial: !isNet,
    replace: otherClasses ? [`${net.scoreLayer}.weight`, `${net.scoreLayer}.bias`] : [],
  });
  if (match.kept.length === 0)
    throw new OptionError(`startModel: expected layers of "${net.architecture}" in ${path}, got none.`);
  for (const [name, tensor] of match.tensors) parameters.set(name, tensor);
  return { parameters, loaded: match.kept, initial: [...match.replaced, ...match.initial], metadata: file.metadata };
}
