/** Operators that work on each element alone; those with several inputs broadcast them. */
import { mapBroadcast } from "../broadcast.ts";
import { at, build, type NumericTensor } from "../numeric-tensor.ts";
import type { Operator, OperatorCall } from "../operator-call.ts";

function unary(compute: (x: number) => number): Operator {
  return (call) => {
    const input = call.input(0);
    return [build(input.shape, (_, flat) => compute(at(input.data, flat)))];
  };
}

function binary(compute: (a: number, b: number) => number): Operator {
  return (call) => [mapBroadcast([call.input(0), call.input(1)], compute)];
}

function variadic(compute: (...values: number[]) => number): Operator {
  return (call) => [mapBroadcast(call.allInputs(), compute)];
}

/** Integers divide towards zero. */
function divide(call: OperatorCall): NumericTensor[] {
  const integers = ["int64", "int32", "uint8"].includes(call.inputType(0));
  return [mapBroadcast([call.input(0), call.input(1)], (a, b) => (integers ? Math.trunc(a / b) : a / b))];
}

/** Either bound may be left out. If they cross, the upper one wins. */
function clip(call: OperatorCall): readonly NumericTensor[] {
  const low = call.optional(1)?.data[0] ?? -Infinity;
  const high = call.optional(2)?.data[0] ?? Infinity;
  return unary((x) => Math.min(Math.max(x, low), high))(call);
}

export const ELEMENTWISE: Readonly<Record<string, Operator>> = {
  Identity: unary((x) => x),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Sign: unary(Math.sign),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Tanh: unary(Math.tanh),
  Relu: unary((x) => Math.max(x, 0)),
  Clip: clip,
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: divide,
  Pow: binary((a, b) => a ** b),
  Min: variadic(Math.min),
  Max: variadic(Math.max),
};
