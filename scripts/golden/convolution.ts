/** The golden cases `ops-conv2d-*` and `ops-deconv-*`. */
import type { GoldenCase } from "./golden-case.ts";
import { checkOperator } from "./run-graph.ts";

export async function runConvolution(golden: GoldenCase, op: "Conv" | "ConvTranspose"): Promise<void> {
  const names = ["x", "weight", "bias"].filter((name) => golden.has(name));
  const [stride, pad] = [golden.number("stride", 1), golden.number("pad", 0)];
  await checkOperator(golden, {
    feeds: Object.fromEntries(names.map((name) => [name, golden.input(name)])),
    wrt: names,
    build: (g, feed) => ({
      y: g.op(op, names.map(feed), { strides: [stride, stride], pads: [pad, pad, pad, pad] }, { name: "y" }),
    }),
  });
}
