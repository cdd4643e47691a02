/** Scores a network on whole photos with label maps, by the VOC protocol. */
import { type Dataset, readExample, requireDistinct } from "../../data/node.ts";
import { Evaluation, type ImageRecord } from "../../evaluate/index.ts";
import type { Image } from "../../image/index.ts";
import type { LabelMap } from "../../labels/index.ts";
import { createNodeRuntime, type DeviceOptions } from "../../runtime/node.ts";
import type { SegmentationModel } from "../model.ts";
import { Segmenter, type SegmenterOptions } from "../segmenter.ts";

/** One photo of an evaluation. */
export interface EvaluatedImage {
  readonly record: ImageRecord;
  readonly photo: Image;
  readonly truth: LabelMap;
  readonly prediction: LabelMap;
}

export interface EvaluateOptions extends SegmenterOptions, DeviceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Also scores boundaries, with this tolerance: a share of the image's diagonal. */
  readonly boundaryTolerance?: number | undefined;
  /** Called with each photo as it is scored. */
  readonly onImage?: (image: EvaluatedImage) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Segments every photo of a data set and compares with its label map; void pixels are left out.
 *
 * @param dataset - Opened with the model's classes as `wanted`.
 * @throws {DatasetError} if a photo is listed twice. What reading a photo or label map throws; `signal.reason` if cancelled.
 */
export async function evaluateModel(
  model: SegmentationModel,
  dataset: Dataset,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  requireDistinct("evaluateModel", dataset);
  const segmenter = await Segmenter.create(await createNodeRuntime(options), model, options);
  const evaluation = new Evaluation(model.classNames, options);
  const group = options.batch ?? 4;
  const total = dataset.files.length;
  const stop = options.signal === undefined ? {} : { signal: options.signal };
  try {
    for (let start = 0; start < total; start += group) {
      options.signal?.throwIfAborted();
      const numbers = Array.from({ length: Math.min(group, total - start) }, (_, i) => start + i);
      const examples = await Promise.all(numbers.map((photo) => readExample(dataset, photo)));
      const maps = await segmenter.batchScores(
        examples.map(({ image }) => image),
        stop,
      );
      for (const [i, { id, image, labels }] of examples.entries()) {
        const scores = maps[i];
        if (scores === undefined) continue;
        const prediction = await segmenter.labels(scores, image, stop);
        const record = evaluation.add(id, labels, prediction);
        options.onImage?.({ record, photo: image, truth: labels, prediction });
      }
      options.onProgress?.(start + numbers.length, total);
    }
    return evaluation;
  } finally {
    await segmenter.dispose();
  }
}
