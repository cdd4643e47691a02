/** Resize with antialias as a matrix product along each axis: WebGPU has no kernel for it. */
import type { ValueInfo } from "../graph.ts";
import { multiplyAlong } from "../multiply-along.ts";
import { resizeMatrix } from "../resize-matrix.ts";
import { knownDim } from "../shape.ts";
import type { LoweringRule } from "./rule.ts";

export const lowerResize: LoweringRule = ({ g, node, attributes, input }) => {
  if (attributes.int("antialias") === 0) return false;
  const x = input(0);
  const sizes = g.constantInts(node.inputs[3] ?? "");
  // Sizes that are numbers say nothing of a batch that is open.
  if (sizes?.length !== x.shape.length || x.shape.some((dim) => typeof dim === "string")) return false;
  let result: ValueInfo = x;
  for (const [axis, to] of sizes.entries()) {
    if (x.shape[axis] === to) continue;
    const from = knownDim(x.shape[axis], node.name);
    const rows = resizeMatrix(from, to, attributes); // [to, from]
    const columns = Float32Array.from(rows, (_, i) => rows[(i % to) * from + Math.floor(i / to)]!); // [from, to]
    result = multiplyAlong(g, result, g.constant("float32", [from, to], columns), axis);
  }
  g.op("Identity", [result], {}, { outputs: node.outputs });
  return true;
};
