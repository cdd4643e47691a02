/**
 * The tensors of the reference interpreter: every element is a float64, whatever its type in the graph. Integers and
 * booleans (0 and 1) are exact up to 2^53. All helpers favour the reader over the clock: an element is named by its
 * multi-index, as in the ONNX specification.
 */

import type { Tensor } from "../../src/onnx/index.ts";
import { createArray, type DataType } from "../../src/onnx/index.ts";

/** Row-major, last axis fastest. */
export interface NumericTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Reads an element of a list; a position outside it is a mistake in the caller. */
export function at(list: ArrayLike<number>, position: number): number {
  const value = list[position];
  if (value === undefined) throw new Error(`at: expected a position from 0 to ${list.length - 1}, got ${position}.`);
  return value;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A tensor from literals, for feeds and tests. */
export function numeric(shape: readonly number[], values: Iterable<number>): NumericTensor {
  const data = Float64Array.from(values);
  if (data.length !== elementCount(shape)) {
    throw new Error(`numeric: expected ${elementCount(shape)} values for [${shape.join(", ")}], got ${data.length}.`);
  }
  return { shape: [...shape], data };
}

export function scalar(value: number): NumericTensor {
  return numeric([], [value]);
}

/** A list of whole numbers, as axes and shapes are given. */
export function vector(values: readonly number[]): NumericTensor {
  return numeric([values.length], values);
}

export function filled(shape: readonly number[], value: number): NumericTensor {
  return { shape: [...shape], data: new Float64Array(elementCount(shape)).fill(value) };
}

/**
 * Calls `visit` for each multi-index of a shape in row-major order. The array handed over is changed in place between
 * calls: copy it to keep it.
 */
export function forEachIndex(shape: readonly number[], visit: (index: number[], flat: number) => void): void {
  const index = shape.map(() => 0);
  const count = elementCount(shape);
  for (let flat = 0; flat < count; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = at(index, axis) + 1;
      index[axis] = next === shape[axis] ? 0 : next;
      if (next !== shape[axis]) break;
    }
  }
}

/** The tensor whose element at each multi-index is `element(index)`. */
export function build(shape: readonly number[], element: (index: number[], flat: number) => number): NumericTensor {
  const result = filled(shape, 0);
  forEachIndex(shape, (index, flat) => {
    result.data[flat] = element(index, flat);
  });
  return result;
}

/** The position of a multi-index in the data. */
export function flatIndex(shape: readonly number[], index: readonly number[]): number {
  if (index.length !== shape.length) {
    throw new Error(`flatIndex: expected ${shape.length} coordinates for [${shape.join(", ")}], got ${index.length}.`);
  }
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const coordinate = at(index, axis);
    const size = at(shape, axis);
    if (!(coordinate >= 0 && coordinate < size)) {
      throw new Error(`flatIndex: expected coordinates inside [${shape.join(", ")}], got [${index.join(", ")}].`);
    }
    flat = flat * size + coordinate;
  }
  return flat;
}

/** The element at a multi-index; an index outside the tensor throws. */
export function read(tensor: NumericTensor, index: readonly number[]): number {
  return at(tensor.data, flatIndex(tensor.shape, index));
}

/** A copy of a list with one element replaced: the other coordinates of an index, a shape with one axis changed. */
export function withAt(list: readonly number[], position: number, value: number): number[] {
  return list.map((old, i) => (i === position ? value : old));
}

/** A graph's tensor as float64. */
export function fromTensor(tensor: Tensor): NumericTensor {
  if (tensor.type === "float16") throw new Error("fromTensor: expected float32 or wider, got float16 bit patterns.");
  return numeric(tensor.shape, Array.from(tensor.data, Number));
}

/** Back to a graph's type: rounds to float32, truncates to whole numbers. */
export function toTensor(tensor: NumericTensor, type: DataType): Tensor {
  if (type === "float16") throw new Error("toTensor: expected float32 or wider, got float16.");
  const data = createArray(type, tensor.data.length);
  tensor.data.forEach((value, i) => {
    data[i] = data instanceof BigInt64Array ? BigInt(Math.trunc(value)) : value;
  });
  return { type, shape: tensor.shape, data };
}
