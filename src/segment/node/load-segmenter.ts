/** From a model file to a segmenter. */
import { FormatError, ShapeError } from "../../errors.ts";
import { createNodeRuntime, type DeviceOptions } from "../../runtime/node.ts";
import { shippedModel } from "../../weights/node.ts";
import { Segmenter, type SegmenterOptions } from "../segmenter.ts";
import { openSegmentationModel } from "./open-model.ts";

export interface LoadOptions extends SegmenterOptions, DeviceOptions {
  /** Told in a line why an optimised model that lies beside the model file is not used. */
  readonly onNote?: (text: string) => void;
}

/**
 * Loads a network that segments photos.
 *
 * @param path - A model file, or what `deconvnet optimise` made of one; default: the model that ships with the package.
 * @param options - {@link SegmenterOptions}, the device, and who is told of what is noteworthy.
 * @throws {OptionError} if there is no such file, or it holds no network that segments.
 * @throws {FormatError} if the file is damaged or its tensors are not those of its network.
 * @throws {BackendError} if the network does not fit into memory, or the device is not there.
 * @example
 * ```ts
 * await using segmenter = await loadSegmenter();
 * const labels = await segmenter.segment(await readPhoto("cat.jpg"));
 * await writeFile("cat.png", encodeLabelMap(labels, segmenter.palette));
 * ```
 */
export async function loadSegmenter(
  path: string = shippedModel("compact"),
  options: LoadOptions = {},
): Promise<Segmenter> {
  const { model } = await openSegmentationModel(path, options.onNote);
  try {
    return await Segmenter.create(await createNodeRuntime(options), model, options);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new FormatError(`loadSegmenter: ${path}: ${error.message}`, { cause: error });
  }
}
