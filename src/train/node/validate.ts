/** Validation on whole photos, by the VOC protocol. */
import { type Dataset, readExample } from "../../data/node.ts";
import { ConfusionMatrix } from "../../evaluate/index.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import { labelsAt, type SegmentationModel, Segmenter, type SegmenterOptions } from "../../segment/index.ts";

export interface EvaluateOptions extends SegmenterOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Segments every photo of a data set and compares with its label map; void pixels are left out. */
export async function evaluateModel(
  model: SegmentationModel,
  dataset: Dataset,
  options: EvaluateOptions = {},
): Promise<ConfusionMatrix> {
  const segmenter = await Segmenter.create(nodeRuntime, model, options);
  const matrix = new ConfusionMatrix(model.classNames.length);
  const group = options.batch ?? 4;
  const total = dataset.files.length;
  try {
    for (let start = 0; start < total; start += group) {
      options.signal?.throwIfAborted();
      const numbers = Array.from({ length: Math.min(group, total - start) }, (_, i) => start + i);
      const examples = await Promise.all(numbers.map((photo) => readExample(dataset, photo)));
      const maps = await segmenter.scores(
        examples.map(({ image }) => image),
        options.signal === undefined ? {} : { signal: options.signal },
      );
      for (const [i, { image, labels }] of examples.entries()) {
        const scores = maps[i];
        if (scores !== undefined) matrix.accumulate(labels, labelsAt(scores, image));
      }
      options.onProgress?.(start + numbers.length, total);
    }
    return matrix;
  } finally {
    await segmenter.dispose();
  }
}
