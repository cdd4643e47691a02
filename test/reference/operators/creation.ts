/** Operators that make tensors from a shape or from bounds. */
import { at, filled, type NumericTensor, vector } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";

/** The attribute `value` is one number (in ONNX a tensor of one element), 0 by default. */
export function constantOfShape(call: OperatorCall): NumericTensor[] {
  const shape = call.integers(0) ?? call.fail("a shape", "none");
  return [filled(shape, call.number("value", 0))];
}

/** start, start + delta, ... up to but without the limit. */
export function range(call: OperatorCall): NumericTensor[] {
  const [start, limit, delta] = [at(call.input(0).data, 0), at(call.input(1).data, 0), at(call.input(2).data, 0)];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  return [vector(Array.from({ length: count }, (_, i) => start + i * delta))];
}
