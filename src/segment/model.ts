/** What a segmenter needs of a model file. */
import { OptionError } from "../errors.ts";
import type { Preprocessing } from "../image/index.ts";
import { type Palette, VOC_PALETTE } from "../labels/index.ts";
import { ARCHITECTURES } from "../nets/index.ts";
import type { Graph, Tensor, TensorSource } from "../onnx/index.ts";
import type { PreparedModel } from "../runtime/index.ts";
import type { ModelMetadata } from "../weights/index.ts";

/** A trained network. */
export interface SegmentationModel {
  readonly architecture: string;
  readonly architectureOptions: Readonly<Record<string, unknown>>;
  /** Tensors, or functions that make them when they are needed. */
  readonly parameters: ReadonlyMap<string, Tensor | TensorSource>;
  readonly classNames: readonly string[];
  /** 256 colours, by label. Default: VOC's. */
  readonly palette?: Palette;
  readonly preprocessing: Preprocessing;
  /** The longer side to which a photo is brought, px. */
  readonly evaluationSize: number;
  /** Finds a form of its graph that was prepared for a device beforehand. */
  readonly findPrepared?: (graph: Graph, device: string) => Promise<PreparedModel | undefined>;
}

/** What is in a model file, with its numbers or functions that read them. */
interface ModelContents {
  readonly metadata: ModelMetadata;
  readonly tensors: ReadonlyMap<string, Tensor | TensorSource>;
}

const SEGMENTING = ARCHITECTURES.filter((name) => name !== "vgg16");

/**
 * Reads a model file's contents as a network that segments.
 *
 * @param source - Named in errors, e.g. the path.
 * @throws {OptionError} if it holds single layers or another kind of network.
 */
export function segmentationModel({ metadata, tensors }: ModelContents, source: string): SegmentationModel {
  const { architecture } = metadata;
  if (metadata.contents !== "net" || !SEGMENTING.some((name) => name === architecture)) {
    const got = metadata.contents === "net" ? `the network "${architecture}"` : `some layers of "${architecture}"`;
    throw new OptionError(
      `segmentationModel: ${source}: expected a network with classes (${SEGMENTING.join(", ")}), got ${got}. Name another model.`,
    );
  }
  const { classNames, palette, channelOrder, mean, evaluationSize, architectureOptions } = metadata;
  return {
    architecture,
    architectureOptions,
    parameters: tensors,
    classNames,
    palette: VOC_PALETTE.map((color, label) => palette[label] ?? color),
    preprocessing: { order: channelOrder === "BGR" ? "bgr" : "rgb", mean, std: [1, 1, 1] },
    evaluationSize,
  };
}
