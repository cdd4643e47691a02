/** Slice: the gradient goes back to the places that were read, zeros elsewhere. */
import { type GraphBuilder, knownDim, normalizeAxis, type ValueInfo } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";

export const slice: Rule = ({ g, node, input, gradient }) => {
  const x = input(0);
  const rank = x.shape.length;
  const ints = (index: number) => g.constantInts(node.inputs[index] ?? "");
  const starts = ints(1) ?? [];
  const axes = (ints(3) ?? starts.map((_, axis) => axis)).map((axis) => normalizeAxis(axis, rank, node.name));
  const steps = ints(4) ?? starts.map(() => 1);
  let result = gradient;
  axes.forEach((axis, index) => {
    const size = knownDim(x.shape[axis], node.name);
    const step = steps[index] ?? 1;
    const start = clampStart(starts[index] ?? 0, size, step);
    result = scatterAxis(g, result, axis, { start, step, size });
  });
  return [result];
};

function clampStart(start: number, size: number, step: number): number {
  const absolute = start < 0 ? start + size : start;
  return Math.min(Math.max(absolute, 0), step > 0 ? size : size - 1);
}

/** Puts element k of one axis at `start + k*step` of an axis of `size` zeros. */
function scatterAxis(
  g: GraphBuilder,
  value: ValueInfo,
  axis: number,
  target: { start: number; step: number; size: number },
): ValueInfo {
  const count = knownDim(value.shape[axis], value.name);
  const stride = Math.abs(target.step);
  const ordered = target.step > 0 ? value : reverse(g, value, axis);
  const first = target.step > 0 ? target.start : target.start - (count - 1) * stride;
  const spaced = stride === 1 ? ordered : spaceOut(g, ordered, axis, stride);
  const length = stride === 1 ? count : (count - 1) * stride + 1;
  const pads = new Array<number>(2 * value.shape.length).fill(0);
  pads[axis] = first;
  pads[axis + value.shape.length] = target.size - first - length;
  return g.pad(spaced, pads);
}

function reverse(g: GraphBuilder, value: ValueInfo, axis: number): ValueInfo {
  return g.slice(value, [axis], [-1], [Number.MIN_SAFE_INTEGER], [-1]);
}

/** Puts `stride - 1` zeros between the elements of an axis. */
function spaceOut(g: GraphBuilder, value: ValueInfo, axis: number, stride: number): ValueInfo {
  const count = knownDim(value.shape[axis], value.name);
  const sizes = value.shape.map((dim) => (typeof dim === "number" ? dim : -1));
  const columns = g.reshape(value, sizes.toSpliced(axis + 1, 0, 1));
  const pads = new Array<number>(2 * columns.shape.length).fill(0);
  pads[axis + 1 + columns.shape.length] = stride - 1;
  const merged = g.reshape(g.pad(columns, pads), sizes.with(axis, count * stride));
  return g.slice(merged, [axis], [0], [(count - 1) * stride + 1]);
}
