/** From a model file to a segmenter. */
import { FormatError, ShapeError } from "../../errors.ts";
import { createNodeRuntime, type DeviceOptions } from "../../runtime/node.ts";
import { readModelFile, shippedModel } from "../../weights/node.ts";
import { segmentationModel } from "../model.ts";
import { Segmenter, type SegmenterOptions } from "../segmenter.ts";

/**
 * Loads a network that segments photos.
 *
 * @param path - A model file; default: the model that ships with the package.
 * @param options - {@link SegmenterOptions}, and the device.
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
  options: SegmenterOptions & DeviceOptions = {},
): Promise<Segmenter> {
  const model = segmentationModel(await readModelFile(path), path);
  try {
    return await Segmenter.create(await createNodeRuntime(options), model, options);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new FormatError(`loadSegmenter: ${path}: ${error.message}`, { cause: error });
  }
}
