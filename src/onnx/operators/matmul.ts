/** Matrix products. */
import { broadcastShapes, type Dim } from "../shape.ts";
import { expectRank, fail, type InferenceContext, operator } from "./schema.ts";

function matmulShape(context: InferenceContext, transA: boolean, transB: boolean): Dim[] {
  const [a, b] = [context.input(0).shape, context.input(1).shape];
  if (a.length < 2 || b.length < 2) fail(context, "two tensors of at least two axes");
  const [rows, inner] = transA ? [a.at(-1), a.at(-2)] : [a.at(-2), a.at(-1)];
  const [innerB, columns] = transB ? [b.at(-1), b.at(-2)] : [b.at(-2), b.at(-1)];
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  if (inner !== innerB || batch === undefined) fail(context, `equal inner sizes (not ${inner} and ${innerB})`);
  return [...batch, rows as Dim, columns as Dim];
}

export const MatMul = operator({
  attributes: {},
  inputs: [2, 2],
  infer: (context) => [{ type: context.input(0).type, shape: matmulShape(context, false, false) }],
});

/** ONNX Runtime's matrix product that reads its operands transposed, without a copy. CPU and CUDA only. */
export const FusedMatMul = operator({
  attributes: {
    transA: { kind: "int", default: 0 },
    transB: { kind: "int", default: 0 },
    alpha: { kind: "float", default: 1 },
  },
  inputs: [2, 2],
  domain: "com.microsoft",
  infer(context) {
    const shape = matmulShape(context, context.int("transA") === 1, context.int("transB") === 1);
    return [{ type: context.input(0).type, shape }];
  },
});

export const Gemm = operator({
  attributes: {
    alpha: { kind: "float", default: 1 },
    beta: { kind: "float", default: 1 },
    transA: { kind: "int", default: 0 },
    transB: { kind: "int", default: 0 },
  },
  inputs: [2, 3],
  infer(context) {
    expectRank(context, 0, 2, "[m, k]");
    expectRank(context, 1, 2, "[k, n]");
    const shape = matmulShape(context, context.int("transA") === 1, context.int("transB") === 1);
    const bias = context.inputs[2];
    if (bias !== undefined && broadcastShapes(bias.shape, shape)?.join() !== shape.join()) {
      fail(context, `a third operand that broadcasts to [${shape.join(", ")}]`);
    }
    return [{ type: context.input(0).type, shape }];
  },
});
