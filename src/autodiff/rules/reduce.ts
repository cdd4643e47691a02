/** ReduceSum and ReduceMean: every element of the reduced axes gets the gradient (of the mean: its share). */
import { normalizeAxis, type ValueInfo } from "../../onnx/index.ts";
import type { Rule, RuleContext } from "../rule.ts";
import { expandLike, reshapeTo } from "./broadcast.ts";
import { elementCount } from "./element-count.ts";

export const reduceSum: Rule = (context) => [spread(context)];

export const reduceMean: Rule = (context) => {
  const { g, input } = context;
  return [g.div(spread(context), elementCount(g, input(0), reducedAxes(context)))];
};

/** The gradient with the reduced axes put back, repeated to the input's shape. */
function spread(context: RuleContext): ValueInfo {
  const { g, input, gradient } = context;
  const axes = new Set(reducedAxes(context));
  const kept = input(0).shape.map((dim, axis) => (axes.has(axis) ? 1 : dim));
  return expandLike(g, reshapeTo(g, gradient, kept), input(0));
}

function reducedAxes({ g, node, attributes, input }: RuleContext): number[] {
  const rank = input(0).shape.length;
  const axes = g.constantInts(node.inputs[1] ?? "") ?? [];
  if (axes.length > 0) return axes.map((axis) => normalizeAxis(axis, rank, node.name));
  return attributes.int("noop_with_empty_axes") === 1 ? [] : input(0).shape.map((_, axis) => axis);
}
