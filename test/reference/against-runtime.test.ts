/**
 * Every operator of the library: the float64 interpreter next to ONNX Runtime's float32, on random numbers. An error in
 * the reading of the ONNX specification would have to be made twice to stay unseen.
 */
import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, test } from "vitest";
import "../matchers.ts";
import { encodeModel, type Graph, GraphBuilder, OPERATORS, type OperatorName, type Tensor } from "../../src/onnx/index.ts";
import { interpret } from "./interpreter.ts";
import { build, toTensor } from "./numeric-tensor.ts";
import { RUNTIME_CASES, type RuntimeCase } from "./runtime-cases.ts";

const SEED = 20150514;

interface Call {
  readonly graph: Graph;
  readonly feeds: ReadonlyMap<string, Tensor>;
}

/** A graph of one node, and random numbers for its inputs. */
function createCall<K extends OperatorName>(op: K, { inputs, attributes, outputs = 1 }: RuntimeCase<K>): Call {
  const random = xoroshiro128plus(SEED);
  const builder = new GraphBuilder(op);
  const feeds = new Map<string, Tensor>();
  const values = inputs.map((input, position) => {
    if (input === undefined) return undefined;
    if (input.kind === "constant") return builder.ints(input.numbers);
    const numbers = build(input.shape, (_, flat) => input.from(uniformFloat64(random), flat));
    feeds.set(`input${position}`, toTensor(numbers, input.type));
    return builder.input(`input${position}`, input.type, input.shape);
  });
  const names = Array.from({ length: outputs }, (_, position) => `output${position}`);
  for (const value of builder.ops(op, values, attributes, { name: op, outputs: names })) builder.output(value);
  return { graph: builder.build(), feeds };
}

async function runOnRuntime({ graph, feeds }: Call): Promise<Map<string, RuntimeTensor>> {
  const session = await InferenceSession.create(encodeModel(graph), { logSeverityLevel: 3 });
  try {
    const inputs = [...feeds].map(([name, { type, data, shape }]) => [name, new RuntimeTensor(type, data, shape)]);
    return new Map(Object.entries(await session.run(Object.fromEntries(inputs))));
  } finally {
    await session.release();
  }
}

async function compare<K extends OperatorName>(op: K, runtimeCase: RuntimeCase<K>): Promise<void> {
  const call = createCall(op, runtimeCase);
  const values = interpret(call.graph, call.feeds);
  const results = await runOnRuntime(call);
  expect([...results.keys()]).toEqual(call.graph.outputs);
  for (const [name, { dims, data }] of results) {
    const received = { shape: dims, data: data as Exclude<typeof data, string[]> };
    expect(values.get(name)).toBeDefined();
    expect(received).toBeCloseToTensor(values.get(name) ?? received, { atol: 2e-6, rtol: 2e-6 });
  }
}

describe.each(Object.keys(OPERATORS) as OperatorName[])("%s", (op) => {
  const cases: readonly RuntimeCase<typeof op>[] = RUNTIME_CASES[op];
  test.each(cases.map((runtimeCase, number) => ({ number, runtimeCase })))("case $number", ({ runtimeCase }) =>
    compare(op, runtimeCase),
  );
});
