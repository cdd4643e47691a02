/** Gemm: y = alpha A B + beta C, with A and B read transposed where the attributes say so. */
import type { GraphBuilder, ValueInfo } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";
import { sumToShape } from "./broadcast.ts";

export const gemm: Rule = ({ g, attributes, needs, input, gradient }) => {
  const [transA, transB] = [attributes.int("transA"), attributes.int("transB")];
  const alpha = attributes.float("alpha");
  const [a, b] = [input(0), input(1)];
  // With A' = op(A), B' = op(B): dA' = dY B'ᵀ and dB' = A'ᵀ dY; a transposed operand transposes its gradient.
  const product = (x: ValueInfo, y: ValueInfo, flags: { transA: number; transB: number }) =>
    g.op("Gemm", [x, y], { alpha, ...flags });
  return [
    needs(0)
      ? transA
        ? product(b, gradient, { transA: transB, transB: 1 })
        : product(gradient, b, { transA: 0, transB: 1 - transB })
      : undefined,
    needs(1)
      ? transB
        ? product(gradient, a, { transA: 1, transB: transA })
        : product(a, gradient, { transA: 1 - transA, transB: 0 })
      : undefined,
    needs(2) ? sumToShape(g, scale(g, gradient, attributes.float("beta")), input(2).shape) : undefined,
  ];
};

function scale(g: GraphBuilder, value: ValueInfo, factor: number): ValueInfo {
  return factor === 1 ? value : g.mul(value, g.scalar(factor));
}
