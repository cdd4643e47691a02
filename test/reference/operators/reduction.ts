/** Sums, products, means and extrema over axes, and the position of the maximum along one axis. */
import { at, build, elementCount, flatIndex, forEachIndex, type NumericTensor, withAt } from "../numeric-tensor.ts";
import type { Operator, OperatorCall } from "../operator-call.ts";

interface Fold {
  readonly start: number;
  readonly step: (accumulated: number, value: number) => number;
  readonly finish?: (accumulated: number, count: number) => number;
}

/** The axes are the second input; without them all axes are reduced, unless `noop_with_empty_axes` says none. */
function reduce({ start, step, finish = (x) => x }: Fold): Operator {
  return (call) => {
    const input = call.input(0);
    const rank = input.shape.length;
    const given = call.integers(1) ?? [];
    const all = call.number("noop_with_empty_axes", 0) === 0 ? [...input.shape.keys()] : [];
    const axes = given.length > 0 ? given.map((axis) => call.axis(axis, rank)) : all;
    const keepDims = call.number("keepdims", 1) === 1;
    const kept = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const result = build(kept, () => start);
    forEachIndex(input.shape, (index, flat) => {
      const target = flatIndex(
        kept,
        index.map((coordinate, axis) => (axes.includes(axis) ? 0 : coordinate)),
      );
      result.data[target] = step(at(result.data, target), at(input.data, flat));
    });
    const count = elementCount(input.shape) / elementCount(kept);
    const shape = keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis));
    return [{ shape, data: result.data.map((value) => finish(value, count)) }];
  };
}

/** The first maximum along an axis. */
function argMax(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const axis = call.axis(call.number("axis", 0), input.shape.length);
  const keepDims = call.number("keepdims", 1) === 1;
  if (call.number("select_last_index", 0) !== 0) call.fail("select_last_index 0", "1");
  const winners = build(withAt(input.shape, axis, 1), (index) => {
    const value = (candidate: number): number => at(input.data, flatIndex(input.shape, withAt(index, axis, candidate)));
    let best = 0;
    for (let candidate = 1; candidate < at(input.shape, axis); candidate++) {
      if (value(candidate) > value(best)) best = candidate;
    }
    return best;
  });
  return [keepDims ? winners : { shape: input.shape.filter((_, i) => i !== axis), data: winners.data }];
}

export const REDUCTIONS: Readonly<Record<string, Operator>> = {
  ReduceSum: reduce({ start: 0, step: (sum, x) => sum + x }),
  ReduceMean: reduce({ start: 0, step: (sum, x) => sum + x, finish: (sum, count) => sum / count }),
  ReduceMax: reduce({ start: -Infinity, step: Math.max }),
  ReduceMin: reduce({ start: Infinity, step: Math.min }),
  ReduceProd: reduce({ start: 1, step: (product, x) => product * x }),
  ArgMax: argMax,
};
