/** Runs a single node in the interpreter, for tests that work an operator by hand. */
import type { Attributes, DataType, Graph, ValueInfo } from "../../src/onnx/index.ts";
import { interpret } from "./interpreter.ts";
import type { NumericTensor } from "./numeric-tensor.ts";

export interface RunOptions {
  readonly outputs?: number;
  /** The declared type of all inputs. */
  readonly type?: DataType;
}

/** All outputs asked for, in order. */
export function runOperator(
  op: string,
  inputs: readonly (NumericTensor | undefined)[],
  attributes: Attributes = {},
  { outputs = 1, type = "float32" }: RunOptions = {},
): NumericTensor[] {
  const fed = inputs.flatMap((tensor, i) => (tensor === undefined ? [] : [{ name: `input${i}`, tensor }]));
  const infos = fed.map(({ name, tensor }): ValueInfo => ({ name, type, shape: tensor.shape }));
  const names = Array.from({ length: outputs }, (_, i) => `output${i}`);
  const graph: Graph = {
    name: op,
    inputs: infos,
    parameters: [],
    constants: new Map(),
    nodes: [
      {
        op,
        name: "node",
        inputs: inputs.map((tensor, i) => (tensor === undefined ? "" : `input${i}`)),
        outputs: names,
        attributes,
      },
    ],
    outputs: names,
    values: new Map(infos.map((info) => [info.name, info])),
  };
  const values = interpret(graph, Object.fromEntries(fed.map(({ name, tensor }) => [name, tensor])));
  return names.flatMap((name) => values.get(name) ?? []);
}

/** The first output. */
export function runForOne(...call: Parameters<typeof runOperator>): NumericTensor {
  const [output] = runOperator(...call);
  if (output === undefined) throw new Error(`runForOne: expected an output of ${call[0]}, got none.`);
  return output;
}
