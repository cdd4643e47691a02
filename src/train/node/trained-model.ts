/** The model file that a training writes: weights, and how they came about. */
import { CAFFE_PREPROCESSING, type Rgb } from "../../image/index.ts";
import { VOC_PALETTE } from "../../labels/index.ts";
import type { DeconvNetOptions } from "../../nets/index.ts";
import type { NodeDevice } from "../../runtime/node.ts";
import { requireSegmentationMemory, segmentationModel } from "../../segment/index.ts";
import { encodeMetadata, type JsonObject, type ModelFile, type NetMetadata } from "../../weights/index.ts";
import type { TrainConfig } from "../config.ts";
import type { ParameterMap } from "../step-host.ts";
import type { Teacher } from "./teacher.ts";
import type { TrainingData } from "./training-data.ts";

/** What a training knows of its model before the first step. */
export interface ModelPlan {
  readonly config: TrainConfig;
  readonly data: TrainingData;
  readonly dataName: string;
  readonly architecture: DeconvNetOptions;
  /** `undefined` without distillation. */
  readonly teacher: Teacher | undefined;
}

/** Where the numbers are in the training. */
export interface ModelPoint {
  readonly samples: number;
  readonly start: number;
}

export function trainedModel(plan: ModelPlan, point: ModelPoint, tensors: ParameterMap): ModelFile {
  return { metadata: metadataOf(plan, point), tensors };
}

/**
 * Finds out before the first step what would otherwise end the training at its first validation: details that no model file
 * takes, and a size at which there is not the memory to score.
 *
 * @param parameters - Of the net, as it starts.
 * @throws {OptionError} for the details. {@link BackendError} for the memory, with what would fit.
 */
export async function checkTrainedModel(plan: ModelPlan, parameters: ParameterMap, device: NodeDevice): Promise<void> {
  const file = trainedModel(plan, { samples: 0, start: 0 }, parameters);
  await encodeMetadata(file.metadata);
  if (plan.data.validation === undefined) return;
  requireSegmentationMemory(segmentationModel(file, "training"), device, {}, process.availableMemory());
}

function metadataOf({ config, data, dataName, architecture, teacher }: ModelPlan, point: ModelPoint): NetMetadata {
  return {
    contents: "net",
    architecture: "deconvnet",
    architectureOptions: asJson({ ...architecture, epsilon: config.model.epsilon }),
    channelOrder: "BGR",
    mean: CAFFE_PREPROCESSING.mean,
    classNames: data.classNames,
    palette: classColors(data),
    evaluationSize: config.validation.size ?? data.cropSize,
    training: {
      dataSets: data.sets.map(({ name, dataset: { split, files } }, i) => ({
        name: i === 0 ? dataName : name,
        split,
        images: files.length,
      })),
      seed: config.seed,
      samples: point.samples,
      details: {
        ...detailsOf(config, point),
        ...(teacher === undefined ? {} : { teacher: teacherDetails(config, teacher) }),
      },
    },
  };
}

/** The colours of the trained classes: each keeps the one that it has in its data set. */
export function classColors({ train, classNames }: TrainingData): Rgb[] {
  return classNames.map((name): Rgb => [...(VOC_PALETTE[train.names.indexOf(name)] ?? ([0, 0, 0] as const))]);
}

function detailsOf(config: TrainConfig, { start }: ModelPoint): JsonObject {
  const { solver, schedule, augment, average, from, batch, accumulate, samples, data } = config;
  return asJson({
    solver,
    schedule,
    augment,
    average,
    // A path would mean nothing to the next reader.
    from: start > 0 ? `sample ${start}` : ["embedded", "vgg16", "none"].includes(from) ? from : "file",
    batch,
    accumulate,
    totalSamples: samples,
    others: data.others,
  });
}

/** Who taught, and how; a teacher's terms may ask for its name. */
function teacherDetails(config: TrainConfig, { file, sha256, distillation }: Teacher): JsonObject {
  const { name, license, input } = file;
  const { scores, features, temperature } = config.distill;
  const layers = distillation.features.map(({ layer, output }) => [layer, output] as const);
  return asJson({
    name,
    license,
    sha256,
    size: input.size,
    scores,
    temperature,
    features,
    layers: Object.fromEntries(layers),
  });
}

/** Without what is undefined. */
function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
