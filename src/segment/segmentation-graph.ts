/** The graph that segments tiles of photos with a trained network. */
import { OptionError } from "../errors.ts";
import { buildNet, inferenceGraph, type NetForm, netForm } from "../nets/index.ts";
import { type BoundGraph, knownDim } from "../onnx/index.ts";
import { netFormFor } from "../runtime/index.ts";
import type { SegmentationModel } from "./model.ts";

export interface GraphLayout {
  /** The longer side to which a photo is brought, px. Default: the model's own. */
  readonly size?: number;
  /** Side of the square that the network sees, px; photos that are larger are cut into tiles. Default: one tile for a whole
   * photo where the network takes any size, else the network's input size. */
  readonly tileSize?: number;
  /** The form of the network. Default: the one that the device has the operators for. */
  readonly form?: NetForm;
}

/** A graph, and the sizes that it is for. */
export interface SegmentationGraph extends BoundGraph {
  readonly size: number;
  readonly tileSize: number;
}

/**
 * @param device - What it will run on, such as `cpu`.
 * @throws {OptionError} for sizes that the network cannot take.
 */
export function segmentationGraph(model: SegmentationModel, device: string, layout: GraphLayout): SegmentationGraph {
  const size = layout.size ?? model.evaluationSize;
  if (!Number.isInteger(size) || size < 1)
    throw new OptionError(`Segmenter: expected a size of at least 1 px, got ${size}.`);
  const tileSize = tileSizeOf(model, size, layout.tileSize);
  const net = buildNet(
    model.architecture,
    { ...model.architectureOptions, inputSize: tileSize, height: tileSize, width: tileSize },
    netForm(layout.form ?? netFormFor(device)),
  );
  return { ...inferenceGraph(net, model.parameters), size, tileSize };
}

/** Whether there are no fully connected layers, which fix the size. */
export function takesAnySize(model: SegmentationModel): boolean {
  return !buildNet(model.architecture, model.architectureOptions).parameters.some(({ layer }) => layer === "fc6");
}

/** Five poolings need multiples of 32 px; fully connected layers fix the size. */
function tileSizeOf(model: SegmentationModel, size: number, wanted: number | undefined): number {
  const trained = knownDim(buildNet(model.architecture, model.architectureOptions).input.shape[2], "input");
  const anySize = takesAnySize(model);
  const tile = wanted ?? (anySize ? Math.ceil(size / 32) * 32 : trained);
  if (!anySize && tile !== trained) {
    throw new OptionError(
      `Segmenter: expected a tile size of ${trained} px for a network with fully connected layers, got ${tile}.`,
    );
  }
  if (tile % 32 !== 0 || tile < 32)
    throw new OptionError(`Segmenter: expected a tile size that is a multiple of 32 px, got ${tile}.`);
  return tile;
}
