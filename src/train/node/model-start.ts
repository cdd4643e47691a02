/** Where a training's weights come from. */
import { OptionError } from "../../errors.ts";
import { initialize, type Net } from "../../nets/index.ts";
import type { Tensor, ValueInfo } from "../../onnx/index.ts";
import { type MatchResult, type ModelFile, matchTensors } from "../../weights/index.ts";
import { readModelFile, shippedModel } from "../../weights/node.ts";
import type { TrainConfig } from "../config.ts";

export interface ModelStart {
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Names of tensors that came from a file. */
  readonly loaded: readonly string[];
  /** Names of tensors that start anew. */
  readonly initial: readonly string[];
  /** Samples that the file's training has seen; 0 if it does not say. */
  readonly samples: number;
}

/**
 * Initial values, with what the file named by `from` has laid over them.
 *
 * @param from - `none`, `vgg16`, `embedded` or a model file.
 * @throws {OptionError} if there is no such file, or it is of another architecture.
 * @throws {FormatError} if it is damaged or its tensors are not those of the net.
 */
export async function startModel(
  net: Net,
  config: TrainConfig,
  from: string,
  classNames: readonly string[],
): Promise<ModelStart> {
  const parameters = initialize(net, { seed: config.seed, initializer: config.model.initializer });
  if (from === "none") return { parameters, loaded: [], initial: [...parameters.keys()], samples: 0 };
  const path =
    from === "vgg16" ? shippedModel("vgg16-conv1-conv3") : from === "embedded" ? shippedModel("compact") : from;
  const file = await readModelFile(path);
  const match = matchModel(net, file, path, classNames);
  for (const [name, tensor] of match.tensors) parameters.set(name, tensor);
  return {
    parameters,
    loaded: match.kept,
    initial: [...match.replaced, ...match.initial],
    samples: file.metadata.training?.samples ?? 0,
  };
}

/** Of a whole net all tensors have to fit, but for the score layer of other classes; of single layers some. */
function matchModel(
  net: Net,
  { metadata, tensors }: ModelFile,
  path: string,
  classNames: readonly string[],
): MatchResult {
  const expected = net.parameters.map(({ name, shape }): ValueInfo => ({ name, type: "float32", shape }));
  if (metadata.contents === "layers") return matchTensors(expected, tensors, { source: path, partial: true });
  if (metadata.architecture !== net.architecture) {
    throw new OptionError(
      `startModel: ${path}: expected a model of the architecture "${net.architecture}", got "${metadata.architecture}". Name another model with --from.`,
    );
  }
  const sameClasses = metadata.classNames.join("\n") === classNames.join("\n");
  const replace = sameClasses ? [] : [`${net.scoreLayer}.weight`, `${net.scoreLayer}.bias`];
  return matchTensors(expected, tensors, { source: path, replace });
}
