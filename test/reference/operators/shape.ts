/** Operators that give the same numbers another shape, or a shape as numbers. */
import { at, elementCount, type NumericTensor, scalar, vector } from "../numeric-tensor.ts";
import type { Operator, OperatorCall } from "../operator-call.ts";

/** The elements in their order under a new shape. */
function reshaped(call: OperatorCall, shape: readonly number[]): NumericTensor[] {
  const input = call.input(0);
  if (elementCount(shape) !== input.data.length) {
    call.fail(`a shape of ${input.data.length} elements`, `[${shape.join(", ")}]`);
  }
  return [{ shape: [...shape], data: input.data }];
}

/** 0 keeps the input's size on that axis (unless `allowzero`); one -1 takes what is left. */
function reshape(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const wanted = call.integers(1) ?? call.fail("a shape", "none");
  const allowZero = call.number("allowzero", 0) === 1;
  const sizes = wanted.map((size, axis) => (size === 0 && !allowZero ? at(input.shape, axis) : size));
  const known = elementCount(sizes.filter((size) => size !== -1));
  return reshaped(
    call,
    sizes.map((size) => (size === -1 ? input.data.length / known : size)),
  );
}

/** To a matrix: the axes before `axis` become the rows. */
function flatten(call: OperatorCall): NumericTensor[] {
  const { shape } = call.input(0);
  const axis = call.number("axis", 1);
  const split = axis < 0 ? axis + shape.length : axis;
  return reshaped(call, [elementCount(shape.slice(0, split)), elementCount(shape.slice(split))]);
}

/** Drops the axes given as second input, or all of size 1. */
function squeeze(call: OperatorCall): NumericTensor[] {
  const { shape } = call.input(0);
  const axes = call.integers(1)?.map((axis) => call.axis(axis, shape.length));
  return reshaped(
    call,
    shape.filter((size, axis) => !(axes === undefined ? size === 1 : axes.includes(axis))),
  );
}

/** Axes count in the result. */
function unsqueeze(call: OperatorCall): NumericTensor[] {
  const { shape } = call.input(0);
  const given = call.integers(1) ?? call.fail("axes", "none");
  const rank = shape.length + given.length;
  const axes = given.map((axis) => call.axis(axis, rank));
  const rest = [...shape];
  return reshaped(
    call,
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? -1))),
  );
}

function shapeOf(call: OperatorCall): NumericTensor[] {
  const { shape } = call.input(0);
  return [vector(shape.slice(call.number("start", 0), call.number("end", shape.length)))];
}

function size(call: OperatorCall): NumericTensor[] {
  return [scalar(call.input(0).data.length)];
}

export const SHAPES: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Shape: shapeOf,
  Size: size,
};
