/**
 * BatchNormalization: y = scale * (x - mean) / sqrt(var + epsilon) + shift.
 *
 * In training mode mean and variance are the batch's own and vary with x; otherwise they are constants.
 *
 * @see Ioffe and Szegedy, Batch Normalization, ICML 2015, section 3.
 */
import { knownDim, type ValueInfo } from "../../onnx/index.ts";
import type { Rule, RuleContext } from "../rule.ts";

const PIXELS = [0, 2, 3];

export const batchNormalization: Rule = (context) => {
  const { g, node, attributes, needs, input, gradient } = context;
  const x = input(0);
  const axes = PIXELS.filter((axis) => axis < x.shape.length);
  const perChannel = (value: ValueInfo) =>
    g.reshape(value, [knownDim(x.shape[1], node.name), ...x.shape.slice(2).map(() => 1)]);
  const { mean, variance } = statistics(context, axes);
  const deviation = g.op("Sqrt", [g.add(variance, g.scalar(attributes.float("epsilon")))]);
  const normalized = g.div(g.sub(x, perChannel(mean)), perChannel(deviation));
  const product = g.mul(gradient, normalized);
  const inputGradient = () => {
    const factor = perChannel(g.div(input(1), deviation));
    if (attributes.int("training_mode") === 0) return g.mul(gradient, factor);
    // The batch's own mean and variance take their share: subtract the projections on 1 and on the normalised input.
    const alongMean = g.sub(gradient, g.reduceMean(gradient, axes, true));
    return g.mul(g.sub(alongMean, g.mul(normalized, g.reduceMean(product, axes, true))), factor);
  };
  return [
    needs(0) ? inputGradient() : undefined,
    needs(1) ? g.reduceSum(product, axes) : undefined,
    needs(2) ? g.reduceSum(gradient, axes) : undefined,
  ];
};

/** Mean and biased variance with which the node normalised, each `[c]`. */
function statistics(
  { g, attributes, outputs, input }: RuleContext,
  axes: readonly number[],
): { mean: ValueInfo; variance: ValueInfo } {
  if (attributes.int("training_mode") === 0) return { mean: input(3), variance: input(4) };
  // With momentum 0 the node's "running" outputs are the batch's own statistics.
  const [, mean, variance] = outputs;
  if (attributes.float("momentum") === 0 && mean !== undefined && variance !== undefined) return { mean, variance };
  const x = input(0);
  const kept = g.reduceMean(x, axes, true);
  const centred = g.sub(x, kept);
  return { mean: g.op("Squeeze", [kept, g.ints(axes)]), variance: g.reduceMean(g.mul(centred, centred), axes) };
}
