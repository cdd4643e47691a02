/**
 * Every operator of the library: the float64 interpreter next to ONNX Runtime's float32, on random numbers. An error in
 * the reading of the ONNX specification would have to be made twice to stay unseen.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, test } from "vitest";
import "../matchers.ts";
import {
  encodeModel,
  type Graph,
  GraphBuilder,
  OPERATORS,
  type OperatorName,
  type Tensor,
} from "../../src/onnx/index.ts";
import { EngineSession, type Tensors } from "../../src/runtime/index.ts";
import { loadRuntime } from "../../src/runtime/node.ts";
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

async function runOnRuntime({ graph, feeds }: Call): Promise<Tensors> {
  const session = await EngineSession.open(loadRuntime(), encodeModel(graph), {}, "cpu");
  try {
    return await session.run(Object.fromEntries(feeds));
  } finally {
    await session.release();
  }
}

async function compare<K extends OperatorName>(op: K, runtimeCase: RuntimeCase<K>): Promise<void> {
  const call = createCall(op, runtimeCase);
  const values = interpret(call.graph, call.feeds);
  const results = await runOnRuntime(call);
  expect(Object.keys(results)).toEqual(call.graph.outputs);
  for (const [name, result] of Object.entries(results)) {
    const [value, info] = [values.get(name), call.graph.values.get(name)];
    if (value === undefined || info === undefined) throw new Error(`compare: expected a value "${name}", got none.`);
    expect(result).toBeCloseToTensor({ ...value, type: info.type }, { atol: 2e-6, rtol: 2e-6 });
  }
}

describe.each(Object.keys(OPERATORS) as OperatorName[])("%s", (op) => {
  const cases: readonly RuntimeCase<typeof op>[] = RUNTIME_CASES[op];
  test.each(cases.map((runtimeCase, number) => ({ number, runtimeCase })))("case $number", ({ runtimeCase }) =>
    compare(op, runtimeCase),
  );
});
