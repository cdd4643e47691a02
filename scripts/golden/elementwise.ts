/** The golden cases `ops-relu*` and `ops-log-softmax*`. */
import type { GoldenCase } from "./golden-case.ts";
import { checkOperator } from "./run-graph.ts";

export async function runRelu(golden: GoldenCase): Promise<void> {
  await checkOperator(golden, {
    feeds: { x: golden.input("x") },
    wrt: ["x"],
    build: (g, feed) => ({ y: g.op("Relu", [feed("x")], {}, { name: "y" }) }),
  });
}

export async function runLogSoftmax(golden: GoldenCase): Promise<void> {
  await checkOperator(golden, {
    feeds: { x: golden.input("x") },
    wrt: ["x"],
    build: (g, feed) => ({ y: g.op("LogSoftmax", [feed("x")], { axis: golden.number("axis") }, { name: "y" }) }),
  });
}
