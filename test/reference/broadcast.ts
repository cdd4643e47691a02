/** NumPy's broadcasting, as ONNX uses it: shapes are aligned at their last axis, and an axis of size 1 is repeated. */
import { at, build, flatIndex, type NumericTensor } from "./numeric-tensor.ts";

export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((candidate) => candidate !== 1) ?? 1;
    if (!sizes.every((candidate) => candidate === size || candidate === 1)) {
      const list = shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ");
      throw new Error(`broadcastShape: expected sizes that are equal or 1 on axis ${axis}, got ${list}.`);
    }
    return size;
  });
}

/** The element of a tensor that stands at `index` of the larger shape it is repeated to. */
export function readBroadcast(tensor: NumericTensor, index: readonly number[]): number {
  const missing = index.length - tensor.shape.length;
  const own = tensor.shape.map((size, axis) => (size === 1 ? 0 : at(index, axis + missing)));
  return at(tensor.data, flatIndex(tensor.shape, own));
}

/** Applies a function element by element to tensors that are broadcast against each other. */
export function mapBroadcast(
  tensors: readonly NumericTensor[],
  combine: (...values: number[]) => number,
): NumericTensor {
  const shape = broadcastShape(tensors.map((tensor) => tensor.shape));
  return build(shape, (index) => combine(...tensors.map((tensor) => readBroadcast(tensor, index))));
}
