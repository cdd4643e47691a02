/** The product of a matrix with each line of a tensor along one axis: what separable operators such as Resize are made of. */
import type { ValueInfo } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";

/**
 * @param x - float32 `[..., from, ...]`.
 * @param matrix - float32 `[from, to]`.
 * @returns float32 `[..., to, ...]`.
 */
export function multiplyAlong(g: GraphBuilder, x: ValueInfo, matrix: ValueInfo, axis: number): ValueInfo {
  const rank = x.shape.length;
  if (axis === rank - 1) return g.matMul(x, matrix);
  // [..., from] x [from, to] with the axis brought to the end
  const perm = Array.from({ length: rank }, (_, index) => index);
  perm.push(...perm.splice(axis, 1));
  const product = g.matMul(g.transpose(x, perm), matrix);
  return g.transpose(
    product,
    perm.map((_, index) => perm.indexOf(index)),
  );
}
