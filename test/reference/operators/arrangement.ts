/** Operators that move elements: transpose, slice, concatenate, split, pad, repeat. */
import { broadcastShape, readBroadcast } from "../broadcast.ts";
import { at, build, type NumericTensor, read, withAt } from "../numeric-tensor.ts";
import type { Operator, OperatorCall } from "../operator-call.ts";

/** Axis i of the result is axis perm[i] of the input; by default the order is reversed. */
function transpose(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const perm = call.numbers("perm", [...input.shape.keys()].reverse());
  const shape = perm.map((axis) => at(input.shape, axis));
  return [
    build(shape, (index) =>
      read(
        input,
        [...perm.keys()].map((axis) => at(index, perm.indexOf(axis))),
      ),
    ),
  ];
}

/** data, starts, ends, optional axes and steps. Bounds count from the back if negative and are cut to the axis. */
function slice(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const rank = input.shape.length;
  const starts = call.integers(1) ?? call.fail("starts", "none");
  const ends = call.integers(2) ?? call.fail("ends", "none");
  const axes = (call.integers(3) ?? [...starts.keys()]).map((axis) => call.axis(axis, rank));
  const steps = call.integers(4) ?? starts.map(() => 1);
  const picked = input.shape.map((size, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return Array.from({ length: size }, (_, position) => position);
    return slicePositions(size, at(starts, i), at(ends, i), at(steps, i));
  });
  const shape = picked.map((positions) => positions.length);
  return [
    build(shape, (index) =>
      read(
        input,
        picked.map((positions, axis) => at(positions, at(index, axis))),
      ),
    ),
  ];
}

function slicePositions(size: number, start: number, end: number, step: number): number[] {
  const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
  const fromBack = (x: number): number => (x < 0 ? x + size : x);
  const first = step > 0 ? clamp(fromBack(start), 0, size) : clamp(fromBack(start), 0, size - 1);
  const stop = step > 0 ? clamp(fromBack(end), 0, size) : clamp(fromBack(end), -1, size - 1);
  const count = Math.max(0, Math.ceil((stop - first) / step));
  return Array.from({ length: count }, (_, i) => first + i * step);
}

function concat(call: OperatorCall): NumericTensor[] {
  const inputs = call.allInputs();
  const first = call.input(0);
  const axis = call.axis(call.number("axis"), first.shape.length);
  for (const { shape } of inputs) {
    if (withAt(shape, axis, 0).join() !== withAt(first.shape, axis, 0).join()) {
      call.fail(`[${first.shape.join(", ")}] but for axis ${axis}`, `[${shape.join(", ")}]`);
    }
  }
  const total = inputs.reduce((sum, { shape }) => sum + at(shape, axis), 0);
  const result = build(withAt(first.shape, axis, total), (index) => {
    let position = at(index, axis);
    for (const input of inputs) {
      if (position < at(input.shape, axis)) return read(input, withAt(index, axis, position));
      position -= at(input.shape, axis);
    }
    return call.fail(`positions below ${total}`, String(at(index, axis)));
  });
  return [result];
}

/** Sizes are the second input, or `num_outputs` says into how many equal parts, of which the last may be smaller. */
function split(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const axis = call.axis(call.number("axis", 0), input.shape.length);
  const total = at(input.shape, axis);
  const parts = call.number("num_outputs", call.node.outputs.length);
  const part = Math.ceil(total / parts);
  const equal = Array.from({ length: parts }, (_, i) => Math.min(part, total - i * part));
  const sizes = call.integers(1) ?? equal;
  if (sizes.reduce((sum, size) => sum + size, 0) !== total) call.fail(`sizes that sum to ${total}`, sizes.join(", "));
  let begin = 0;
  return sizes.map((size) => {
    const offset = begin;
    begin += size;
    return build(withAt(input.shape, axis, size), (index) =>
      read(input, withAt(index, axis, at(index, axis) + offset)),
    );
  });
}

/** data, pads (all begins, then all ends; negative ones cut), optional value (0) and axes. */
function pad(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const rank = input.shape.length;
  const pads = call.integers(1) ?? call.fail("pads", "none");
  const value = call.optional(2)?.data[0] ?? 0;
  const axes = call.integers(3)?.map((axis) => call.axis(axis, rank)) ?? [...input.shape.keys()];
  if (call.text("mode", "constant") !== "constant") call.fail("mode constant", call.text("mode", ""));
  const begin = (axis: number): number => (axes.includes(axis) ? at(pads, axes.indexOf(axis)) : 0);
  const end = (axis: number): number => (axes.includes(axis) ? at(pads, axes.indexOf(axis) + axes.length) : 0);
  const shape = input.shape.map((size, axis) => begin(axis) + size + end(axis));
  const result = build(shape, (index) => {
    const source = index.map((coordinate, axis) => coordinate - begin(axis));
    const inside = source.every((coordinate, axis) => coordinate >= 0 && coordinate < at(input.shape, axis));
    return inside ? read(input, source) : value;
  });
  return [result];
}

/** Broadcasting in both directions: a 1 in the wanted shape keeps the input's size. */
function expand(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const shape = broadcastShape([input.shape, call.integers(1) ?? call.fail("a shape", "none")]);
  return [build(shape, (index) => readBroadcast(input, index))];
}

function tile(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const repeats = call.integers(1) ?? call.fail("repeats", "none");
  const shape = input.shape.map((size, axis) => size * at(repeats, axis));
  return [
    build(shape, (index) =>
      read(
        input,
        index.map((position, axis) => position % at(input.shape, axis)),
      ),
    ),
  ];
}

export const ARRANGEMENTS: Readonly<Record<string, Operator>> = {
  Transpose: transpose,
  Slice: slice,
  Concat: concat,
  Split: split,
  Pad: pad,
  Expand: expand,
  Tile: tile,
};
