/** Softmax over an axis that is not the last, and the loss on it: the runtime transposes for these, primitives do not. */

import type { ValueInfo } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { normalizeAxis } from "../shape.ts";
import { lossTerms } from "../softmax-cross-entropy.ts";
import type { LoweringContext, LoweringRule } from "./rule.ts";

export const lowerSoftmax: LoweringRule = (context) => {
  const axis = innerAxis(context);
  if (axis === undefined) return false;
  const { g, node } = context;
  const exponential = g.op("Exp", [shifted(g, context.input(0), axis)]);
  g.op("Div", [exponential, g.reduceSum(exponential, [axis], true)], {}, { outputs: node.outputs });
  return true;
};

export const lowerLogSoftmax: LoweringRule = (context) => {
  const axis = innerAxis(context);
  if (axis === undefined) return false;
  logSoftmax(context.g, context.input(0), axis, context.node.outputs);
  return true;
};

export const lowerSoftmaxCrossEntropyLoss: LoweringRule = ({ g, node, attributes, inputs, input }) => {
  const terms = lossTerms(g, { scores: input(0), labels: input(1), classWeights: inputs[2], attributes });
  const logProbability = logSoftmax(g, input(0), 1, node.outputs[1] === undefined ? undefined : [node.outputs[1]]);
  const weighted = g.mul(g.mul(terms.oneHot, logProbability), terms.pixelWeight);
  const outputs = [node.outputs[0] ?? node.name];
  if (attributes.string("reduction") === "none") {
    g.op("Neg", [g.reduceSum(weighted, [1])], {}, { outputs });
    return true;
  }
  const negative = g.op("Neg", [g.op("ReduceSum", [weighted], { keepdims: 0 })]);
  if (terms.divisor === undefined) g.op("Identity", [negative], {}, { outputs });
  else g.op("Div", [negative, terms.divisor], {}, { outputs });
  return true;
};

function innerAxis({ node, attributes, input }: LoweringContext): number | undefined {
  const rank = input(0).shape.length;
  const axis = normalizeAxis(attributes.int("axis"), rank, node.name);
  return axis === rank - 1 ? undefined : axis;
}

/** x minus its maximum along the axis, so that no exponential overflows. */
function shifted(g: GraphBuilder, x: ValueInfo, axis: number): ValueInfo {
  return g.sub(x, g.op("ReduceMax", [x, g.ints([axis])], { keepdims: 1 }));
}

function logSoftmax(g: GraphBuilder, x: ValueInfo, axis: number, outputs?: readonly string[]): ValueInfo {
  const difference = shifted(g, x, axis);
  const total = g.op("Log", [g.reduceSum(g.op("Exp", [difference]), [axis], true)]);
  return g.op("Sub", [difference, total], {}, outputs === undefined ? {} : { outputs });
}
