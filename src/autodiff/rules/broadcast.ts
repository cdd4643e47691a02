/** Gradients of broadcasting, shared by the element-wise rules. */
import { ShapeError } from "../../errors.ts";
import { formatShape, type GraphBuilder, type Shape, sameShape, type ValueInfo } from "../../onnx/index.ts";

/** Sums a gradient over the axes along which a value of `shape` was repeated. */
export function sumToShape(g: GraphBuilder, gradient: ValueInfo, shape: Shape): ValueInfo {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? gradient : g.reduceSum(gradient, axes, true);
  return extra === 0 ? summed : reshapeTo(g, summed, shape);
}

/** Reshapes to a shape with at most one symbolic dimension, which then is inferred. */
export function reshapeTo(g: GraphBuilder, value: ValueInfo, shape: Shape): ValueInfo {
  if (sameShape(value.shape, shape)) return value;
  if (shape.filter((dim) => typeof dim === "string").length > 1) {
    throw new ShapeError(`reshapeTo: expected at most 1 symbolic dimension, got ${formatShape(shape)}.`);
  }
  return g.reshape(
    value,
    shape.map((dim) => (typeof dim === "number" ? dim : -1)),
  );
}

/** Repeats a value of a shape with the reduced axes kept as 1 up to the shape of `like`. */
export function expandLike(g: GraphBuilder, value: ValueInfo, like: ValueInfo): ValueInfo {
  if (sameShape(value.shape, like.shape)) return value;
  const known = like.shape.every((dim) => typeof dim === "number");
  const target = known ? g.ints(like.shape as number[]) : g.op("Shape", [like]);
  return g.op("Expand", [value, target]);
}
