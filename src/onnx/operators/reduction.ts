/** Sums, products, means and extrema over axes (axes as the second input, opset 18), and ArgMax. */
import { type Dim, normalizeAxis } from "../shape.ts";
import { fail, type InferenceContext, operator } from "./schema.ts";

function reducedShape(context: InferenceContext, axes: readonly number[], keep: boolean): Dim[] {
  const { shape } = context.input(0);
  const reduced = new Set(axes.map((axis) => normalizeAxis(axis, shape.length, context.where)));
  return shape.flatMap((dim, axis) => (reduced.has(axis) ? (keep ? [1] : []) : [dim]));
}

const reduction = operator({
  attributes: { keepdims: { kind: "int", default: 1 }, noop_with_empty_axes: { kind: "int", default: 0 } },
  inputs: [1, 2],
  infer(context) {
    const { type, shape } = context.input(0);
    const given = context.inputs[1] === undefined ? [] : context.dims(1);
    if (given === undefined) fail(context, "axes that are known when the graph is built");
    if (given.length === 0 && context.int("noop_with_empty_axes") === 1) return [{ type, shape }];
    const axes = given.length === 0 ? shape.map((_, axis) => axis) : given.map(Number);
    return [{ type, shape: reducedShape(context, axes, context.int("keepdims") === 1) }];
  },
});

export const ReduceSum = reduction;
export const ReduceMean = reduction;
export const ReduceMax = reduction;
export const ReduceMin = reduction;
export const ReduceProd = reduction;

export const ArgMax = operator({
  attributes: {
    axis: { kind: "int", default: 0 },
    keepdims: { kind: "int", default: 1 },
    select_last_index: { kind: "int", default: 0 },
  },
  inputs: [1, 1],
  infer: (context) => [
    { type: "int64", shape: reducedShape(context, [context.int("axis")], context.int("keepdims") === 1) },
  ],
});
