/** A gradient check as data: a forward graph, numbers, and what is differentiated. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { differentiate } from "../../src/autodiff/index.ts";
import type { Net } from "../../src/nets/index.ts";
import {
  bindShape,
  type DataType,
  type Graph,
  GraphBuilder,
  lowerGraph,
  type Shape,
  type ValueInfo,
} from "../../src/onnx/index.ts";
import { adapterParameters, type Distillation, distillationTerms } from "../../src/train/index.ts";
import { checkGradients } from "../reference/central-differences.ts";
import { interpret } from "../reference/interpreter.ts";
import { build, type NumericTensor } from "../reference/numeric-tensor.ts";

/** Images that `N` stands for. */
const BATCH = 3;

export interface CaseInput {
  readonly shape: Shape;
  /** Default float32. */
  readonly type?: DataType;
  /** From a random number in [0, 1) to an element. Default: -1 to 1. */
  readonly from?: (uniform: number, position: number) => number;
  /** Whether its gradient is checked. Default: floats are. */
  readonly differentiated?: boolean;
}

export interface GradientCase {
  /** The operator whose rule is checked, or the name of a block. */
  readonly subject: string;
  /** What is special about it. */
  readonly about: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  /** Builds what is differentiated; a result that is no scalar is weighted with random numbers and summed. */
  readonly build: (g: GraphBuilder, input: (name: string) => ValueInfo) => ValueInfo;
}

/** The same for a whole net with the softmax cross-entropy of its scores, and what a teacher adds to it. */
export interface NetCase {
  readonly subject: string;
  readonly about: string;
  readonly net: Net;
  readonly classWeights?: readonly number[];
  readonly distillation?: Distillation;
}

export interface GradientFigures {
  readonly subject: string;
  readonly about: string;
  readonly tensors: number;
  readonly elements: number;
  readonly onKink: number;
  readonly maxRelative: number;
}

interface Prepared {
  readonly graph: Graph;
  readonly loss: string;
  readonly feeds: Record<string, NumericTensor>;
  readonly wrt: readonly string[];
}

function prepareOperator({ subject, inputs, build: buildOutput }: GradientCase): Prepared {
  const random = xoroshiro128plus(2015);
  const g = new GraphBuilder(subject);
  const feeds: Record<string, NumericTensor> = {};
  const feed = (name: string, shape: Shape, from: (uniform: number, position: number) => number): void => {
    feeds[name] = build(bindShape(shape, { N: BATCH }), (_, flat) => from(uniformFloat64(random), flat));
  };
  for (const [name, { shape, type = "float32", from = centred }] of Object.entries(inputs)) {
    g.input(name, type, shape);
    feed(name, shape, from);
  }
  const y = buildOutput(g, (name) => g.value(name));
  const loss = y.shape.length === 0 ? y : weightedSum(g, y, (shape) => feed("upstream", shape, centred));
  const wrt = Object.entries(inputs).filter(
    ([, input]) => input.differentiated ?? (input.type ?? "float32") === "float32",
  );
  return { graph: g.build(), loss: loss.name, feeds, wrt: wrt.map(([name]) => name) };
}

const VOID = 255;

function prepareNet({ net, classWeights, distillation }: NetCase): Prepared {
  const random = xoroshiro128plus(2015);
  const g = GraphBuilder.from(net.graph);
  const [n = 1, classes = 1, ...size] = net.output.shape;
  const labels = g.input("labels", "int32", [n, ...size]);
  const weights = classWeights && g.constant("float32", [classWeights.length], classWeights);
  const crossEntropy = g.op("SoftmaxCrossEntropyLoss", [net.output, labels, weights], { ignore_index: VOID });
  const terms = distillation === undefined ? [] : distillationTerms(g, net, distillation);
  const loss = terms.reduce((sum, { value }) => g.add(sum, value), crossEntropy);
  const parameters = [...net.parameters, ...adapterParameters(net, distillation)];
  const graph = g.build();
  const numbers = (shape: Shape, from: (uniform: number, position: number) => number): NumericTensor =>
    build(bindShape(shape, { N: BATCH }), (_, flat) => from(uniformFloat64(random), flat));
  const isPositive = (kind: string): boolean => kind === "scale" || kind === "running_var";
  const feeds = {
    input: numbers(net.input.shape, centred),
    labels: numbers(labels.shape, (uniform, i) => (i % 7 === 3 ? VOID : Math.floor(uniform * Number(classes)))),
    ...Object.fromEntries(
      graph.inputs
        .filter(({ name }) => name.startsWith("teacher/"))
        .map(({ name, shape }) => [name, numbers(shape, centred)]),
    ),
    ...Object.fromEntries(
      parameters.map(({ name, kind, shape }) => [
        name,
        numbers(shape, (uniform) => (isPositive(kind) ? 0.5 + uniform : centred(uniform) / 2)),
      ]),
    ),
  };
  const wrt = parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
  return { graph, loss: loss.name, feeds, wrt };
}

function weightedSum(g: GraphBuilder, y: ValueInfo, feed: (shape: Shape) => void): ValueInfo {
  feed(y.shape);
  return g.op("ReduceSum", [g.mul(y, g.input("upstream", "float32", y.shape))], { keepdims: 0 }, { name: "loss" });
}

function centred(uniform: number): number {
  return 2 * uniform - 1;
}

/**
 * Checks the gradient graph against central differences, and the form in which it is lowered for the runtime against it.
 *
 * @throws {Error} if an element is beyond the tolerance of {@link checkGradients}, or the two forms differ.
 */
export function checkCase(gradientCase: GradientCase | NetCase): GradientFigures {
  const prepared = "net" in gradientCase ? prepareNet(gradientCase) : prepareOperator(gradientCase);
  const { graph, loss, feeds, wrt } = prepared;
  const { graph: gradientGraph, gradients } = differentiate(graph, { loss, wrt });
  const pairs = wrt.map((name) => ({ parameter: name, gradientOutput: gradients.get(name) ?? "" }));
  const choices = "net" in gradientCase ? NET_CHOICES : OPERATOR_CHOICES;
  const rows = checkGradients({ graph, gradientGraph, feeds, loss, wrt: pairs, ...choices });
  compareForms(gradientGraph, lowerGraph(gradientGraph, { fedParameters: true }), feeds);
  return {
    subject: gradientCase.subject,
    about: gradientCase.about,
    tensors: rows.length,
    elements: rows.reduce((sum, { elements }) => sum + elements, 0),
    onKink: rows.reduce((sum, { onKink }) => sum + onKink, 0),
    maxRelative: Math.max(...rows.map(({ maxRelative }) => maxRelative)),
  };
}

/** Elements of a tensor that are checked, as a seeded choice. */
const OPERATOR_CHOICES = { samples: 60 };

/** Nets bend strongly where batch norm has few values: a smaller step; and some elements of each tensor stand for all. */
const NET_CHOICES = { eps: 1e-6, samples: 4 };

function compareForms(plain: Graph, lowered: Graph, feeds: Record<string, NumericTensor>): void {
  const [expected, values] = [interpret(plain, feeds), interpret(lowered, feeds)];
  const tolerance = bringsFractions(plain, lowered) ? 1e-7 : 1e-12;
  for (const name of plain.outputs) {
    const [a, b] = [expected.get(name)?.data, values.get(name)?.data];
    if (a === undefined || b?.length !== a.length)
      throw new Error(`checkCase: expected "${name}" in both forms, got one.`);
    const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const error = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
    if (!(error <= tolerance * largest))
      throw new Error(`checkCase: expected "${name}" to be the same when lowered, got ${error} off.`);
  }
}

/** The figures of all checks as lines of text. */
export function formatFigures(figures: readonly GradientFigures[]): string {
  const header = ["checked", "what is special", "tensors", "elements", "on a kink", "largest relative error"];
  const rows = figures.map(({ subject, about, tensors, elements, onKink, maxRelative }) => [
    subject,
    about,
    `${tensors}`,
    `${elements}`,
    `${onKink}`,
    maxRelative.toExponential(1),
  ]);
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return table.map(line).join("\n");
}

/** Constants such as the matrix of a Resize are float32, while the interpreter computes an operator's own weights in float64. */
function bringsFractions(plain: Graph, lowered: Graph): boolean {
  return [...lowered.constants].some(
    ([name, { type, data }]) =>
      type === "float32" && !plain.constants.has(name) && Array.from(data, Number).some((value) => value % 1 !== 0),
  );
}
