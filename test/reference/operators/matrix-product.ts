/** MatMul (NumPy's rules for any rank), Gemm, and FusedMatMul of ONNX Runtime. */
import { broadcastShape, readBroadcast } from "../broadcast.ts";
import { at, build, type NumericTensor } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";

export function matMul(call: OperatorCall): NumericTensor[] {
  return [multiply(call, call.input(0), call.input(1))];
}

/** alpha * A' * B', where the last two axes of A and B are swapped first if transA and transB say so. */
export function fusedMatMul(call: OperatorCall): NumericTensor[] {
  const alpha = call.number("alpha", 1);
  const a = call.number("transA", 0) === 1 ? swapLastAxes(call, call.input(0)) : call.input(0);
  const b = call.number("transB", 0) === 1 ? swapLastAxes(call, call.input(1)) : call.input(1);
  const product = multiply(call, a, b);
  return [build(product.shape, (_, flat) => alpha * at(product.data, flat))];
}

/** alpha * A' * B' + beta * C, all matrices; C is broadcast to the product. */
export function gemm(call: OperatorCall): NumericTensor[] {
  const [product] = fusedMatMul(call);
  const beta = call.number("beta", 1);
  const addend = call.optional(2);
  if (product === undefined || product.shape.length !== 2) return call.fail("two matrices", "other ranks");
  if (addend === undefined) return [product];
  if (broadcastShape([product.shape, addend.shape]).join() !== product.shape.join()) {
    call.fail(`an addend that broadcasts to [${product.shape.join(", ")}]`, `[${addend.shape.join(", ")}]`);
  }
  return [build(product.shape, (index, flat) => at(product.data, flat) + beta * readBroadcast(addend, index))];
}

function swapLastAxes(call: OperatorCall, tensor: NumericTensor): NumericTensor {
  const rank = tensor.shape.length;
  if (rank < 2) call.fail("a matrix to transpose", `[${tensor.shape.join(", ")}]`);
  const swap = (list: readonly number[]): number[] => [...list.slice(0, -2), at(list, rank - 1), at(list, rank - 2)];
  return build(swap(tensor.shape), (index) => readBroadcast(tensor, swap(index)));
}

/** A list is a row on the left and a column on the right, and that axis is not in the result. */
function multiply(call: OperatorCall, left: NumericTensor, right: NumericTensor): NumericTensor {
  const a = left.shape.length === 1 ? { shape: [1, ...left.shape], data: left.data } : left;
  const b = right.shape.length === 1 ? { shape: [...right.shape, 1], data: right.data } : right;
  if (a.shape.length < 2 || b.shape.length < 2) call.fail("at least one axis on each side", "a scalar");
  const [rows, inner] = [at(a.shape, a.shape.length - 2), at(a.shape, a.shape.length - 1)];
  const [innerOfB, columns] = [at(b.shape, b.shape.length - 2), at(b.shape, b.shape.length - 1)];
  if (inner !== innerOfB) {
    call.fail("equal inner sizes", `[${left.shape.join(", ")}] and [${right.shape.join(", ")}]`);
  }
  const batch = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const product = build([...batch, rows, columns], (index) => {
    const outer = index.slice(0, -2);
    const [row, column] = [at(index, index.length - 2), at(index, index.length - 1)];
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += readInBatch(a, outer, row, k) * readInBatch(b, outer, k, column);
    }
    return sum;
  });
  const shape = [...batch, ...(left.shape.length === 1 ? [] : [rows]), ...(right.shape.length === 1 ? [] : [columns])];
  return { shape, data: product.data };
}

/** The element of a stack of matrices, whose leading axes are broadcast to `outer`. */
function readInBatch(stack: NumericTensor, outer: readonly number[], row: number, column: number): number {
  const depth = stack.shape.length - 2;
  let matrix = 0;
  for (let axis = 0; axis < depth; axis++) {
    const size = at(stack.shape, axis);
    matrix = matrix * size + (size === 1 ? 0 : at(outer, outer.length - depth + axis));
  }
  return at(stack.data, (matrix * at(stack.shape, depth) + row) * at(stack.shape, depth + 1) + column);
}
