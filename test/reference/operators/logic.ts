/** Comparisons and logic, where true is 1 and false 0, the choice between two tensors, and conversion of types. */
import { type DataType, dataTypeOfCode } from "../../../src/onnx/index.ts";
import { mapBroadcast } from "../broadcast.ts";
import { at, build, type NumericTensor } from "../numeric-tensor.ts";
import type { Operator, OperatorCall } from "../operator-call.ts";

function predicate(holds: (a: number, b: number) => boolean): Operator {
  return (call) => [mapBroadcast([call.input(0), call.input(1)], (a, b) => Number(holds(a, b)))];
}

function not(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  return [build(input.shape, (_, flat) => Number(input.data[flat] === 0))];
}

function where(call: OperatorCall): NumericTensor[] {
  const inputs = [call.input(0), call.input(1), call.input(2)];
  return [mapBroadcast(inputs, (condition, yes, no) => (condition === 0 ? no : yes))];
}

/** To a whole number: towards zero. To a boolean: whether it is not 0. To a float type: float64 as it is. */
function cast(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const type: DataType = dataTypeOfCode(call.number("to"), `attribute "to" of ${call.node.name}`);
  const convert = (x: number): number => {
    if (type === "bool") return Number(x !== 0);
    return type === "int64" || type === "int32" || type === "uint8" ? Math.trunc(x) : x;
  };
  return [build(input.shape, (_, flat) => convert(at(input.data, flat)))];
}

export const LOGIC: Readonly<Record<string, Operator>> = {
  Equal: predicate((a, b) => a === b),
  Greater: predicate((a, b) => a > b),
  GreaterOrEqual: predicate((a, b) => a >= b),
  Less: predicate((a, b) => a < b),
  LessOrEqual: predicate((a, b) => a <= b),
  And: predicate((a, b) => a !== 0 && b !== 0),
  Or: predicate((a, b) => a !== 0 || b !== 0),
  Not: not,
  Where: where,
  Cast: cast,
};
