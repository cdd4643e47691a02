/**
 * The discrete choices of a graph: which side of zero, which maximum, which switch. Where they differ between two
 * points the function has a kink between them, and a difference quotient across it says nothing about the gradient.
 */

import type { Graph, Node } from "../../src/onnx/index.ts";
import { dataTypeOfCode } from "../../src/onnx/index.ts";
import { mapBroadcast } from "./broadcast.ts";
import { runNode, type Values } from "./interpreter.ts";
import type { NumericTensor } from "./numeric-tensor.ts";

type ChoiceRule = (inputs: readonly NumericTensor[], run: () => readonly NumericTensor[]) => NumericTensor | undefined;

const signOfInput: ChoiceRule = ([x]) => x && mapBroadcast([x], Math.sign);

const output: ChoiceRule = (_, run) => run()[0];

/** Which of the inputs gives the extremum. */
function winner(extremum: (...values: number[]) => number): ChoiceRule {
  return (inputs) => mapBroadcast(inputs, (...values) => values.indexOf(extremum(...values)));
}

/** Which elements equal the extremum that they were reduced to. */
const reducedTo: ChoiceRule = ([x], run) => {
  const [extremum] = run();
  return x && extremum && mapBroadcast([x, extremum], (value, best) => Number(value === best));
};

const RULES: Readonly<Record<string, ChoiceRule>> = {
  Relu: ([x]) => x && mapBroadcast([x], (value) => Number(value > 0)),
  Abs: signOfInput,
  Sign: signOfInput,
  Max: winner(Math.max),
  Min: winner(Math.min),
  Clip: ([x], run) => {
    const [clipped] = run();
    return x && clipped && mapBroadcast([x, clipped], (value, bounded) => Math.sign(value - bounded));
  },
  MaxPool: (_, run) => run()[1],
  ReduceMax: reducedTo,
  ReduceMin: reducedTo,
  ArgMax: output,
  Equal: output,
  Greater: output,
  GreaterOrEqual: output,
  Less: output,
  LessOrEqual: output,
  Cast: output,
};

/** All choices that the nodes make, as one string for comparison. */
export function choicesOf(graph: Graph, nodes: readonly Node[], values: Values): string {
  return nodes.map((node) => choicesOfNode(graph, node, values)?.data.join() ?? "").join(";");
}

function choicesOfNode(graph: Graph, node: Node, values: Values): NumericTensor | undefined {
  const rule = RULES[node.op];
  if (rule === undefined || (node.op === "Cast" && isFloat(Number(node.attributes["to"])))) return undefined;
  const inputs = node.inputs.flatMap((name) => values.get(name) ?? []);
  const keepDims = node.op === "ReduceMax" || node.op === "ReduceMin" ? { keepdims: 1 } : {};
  const complete = { ...node, attributes: { ...node.attributes, ...keepDims } };
  return rule(inputs, () => runNode(graph, complete, values));
}

function isFloat(typeCode: number): boolean {
  return dataTypeOfCode(typeCode, "attribute to of Cast").startsWith("float");
}
