/** The parts of the softmax cross-entropy that its lowering and its gradient share. */
import { OptionError } from "../errors.ts";
import type { AttributeReader } from "./attributes.ts";
import type { ValueInfo } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { knownDim } from "./shape.ts";

export interface LossInputs {
  /** `[n, classes, h, w]` */
  readonly scores: ValueInfo;
  /** `[n, h, w]`, int32 or int64 */
  readonly labels: ValueInfo;
  /** `[classes]` */
  readonly classWeights: ValueInfo | undefined;
  readonly attributes: AttributeReader;
}

export interface LossTerms {
  /** 1 at each pixel's class, `[n, classes, h, w]`; all 0 at void pixels. */
  readonly oneHot: ValueInfo;
  /** The weight of each pixel, `[n, 1, h, w]`; 0 at void pixels. */
  readonly pixelWeight: ValueInfo;
  /** What the sum is divided by; `undefined` unless the reduction is `mean`. */
  readonly divisor: ValueInfo | undefined;
}

/** Comparisons and float arithmetic only, so that the terms stay on any device. */
export function lossTerms(g: GraphBuilder, { scores, labels, classWeights, attributes }: LossInputs): LossTerms {
  const classes = knownDim(scores.shape[1], scores.name);
  const ignore = attributes.int("ignore_index");
  if (ignore >= 0 && ignore < classes) {
    throw new OptionError(`lossTerms: expected the void label outside the classes 0-${classes - 1}, got ${ignore}.`);
  }
  const spatial = scores.shape.slice(2).map(() => 1);
  const numbers = g.constant(
    labels.type,
    [classes, ...spatial],
    Array.from({ length: classes }, (_, index) => index),
  );
  const oneHot = g.cast(g.op("Equal", [g.op("Unsqueeze", [labels, g.ints([1])]), numbers]), "float32");
  const weighted = classWeights === undefined ? oneHot : g.mul(oneHot, g.reshape(classWeights, [classes, ...spatial]));
  const pixelWeight = g.reduceSum(weighted, [1], true);
  if (attributes.string("reduction") !== "mean") return { oneHot, pixelWeight, divisor: undefined };
  const total = g.op("ReduceSum", [pixelWeight], { keepdims: 0 });
  // A batch of void pixels only has loss 0 and gradient 0.
  const divisor = g.op("Max", [total, g.scalar(1e-30)]);
  return { oneHot, pixelWeight, divisor };
}
