/**
 * BatchNormalization: y = scale * (x - mean) / sqrt(var + epsilon) + shift.
 *
 * In training mode mean and variance are the batch's own and vary with x; otherwise they are constants.
 *
 * @see Ioffe and Szegedy, Batch Normalization, ICML 2015, section 3.
 */
import { knownDim, type ValueInfo } from "../../onnx/index.ts";
import type { Rule, RuleContext } from "../rule.ts";
import { elementCount } from "./element-count.ts";

const PIXELS = [0, 2, 3];

export const batchNormalization: Rule = (context) => {
  const { g, node, attributes, needs, input, gradient } = context;
  const x = input(0);
  const axes = PIXELS.filter((axis) => axis < x.shape.length);
  const channels = knownDim(x.shape[1], node.name);
  const perChannel = (value: ValueInfo) => g.reshape(value, [channels, ...x.shape.slice(2).map(() => 1)]);
  const { mean, variance } = statistics(context, axes);
  const deviation = g.op("Sqrt", [g.add(variance, g.scalar(attributes.float("epsilon")))]);
  const total = g.reduceSum(gradient, axes);
  const correlation = g.reduceSum(g.mul(gradient, g.sub(x, perChannel(mean))), axes);
  const inputGradient = () => {
    const factor = g.div(input(1), deviation);
    const passed = g.mul(gradient, perChannel(factor));
    if (attributes.int("training_mode") === 0) return passed;
    // The batch's own mean and variance take their share. It is linear in x, so that one more normalisation, by a variance of 1,
    // computes it in one pass: offset + slope (x - mean).
    const share = g.div(factor, elementCount(g, x, axes));
    const slope = g.div(g.mul(share, correlation), g.mul(deviation, deviation));
    const offset = g.mul(share, total);
    const one = g.constant("float32", [channels], new Array<number>(channels).fill(1));
    return g.sub(passed, g.op("BatchNormalization", [x, slope, offset, mean, one], { epsilon: 0 }));
  };
  return [
    needs(0) ? inputGradient() : undefined,
    needs(1) ? g.div(correlation, deviation) : undefined,
    needs(2) ? total : undefined,
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
