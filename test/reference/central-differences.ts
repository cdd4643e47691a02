/**
 * Checks a gradient graph against central differences of the loss in the forward graph, element by element, both in
 * float64: (loss(x + h) - loss(x - h)) / 2h.
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Graph, Node } from "../../src/onnx/index.ts";
import { choicesOf } from "./choices.ts";
import { type Feeds, interpret, runNodes, type Values } from "./interpreter.ts";
import { at, type NumericTensor } from "./numeric-tensor.ts";

/** A fed value of the forward graph, and the value of the gradient graph that holds d loss / d parameter. */
interface GradientPair {
  readonly parameter: string;
  readonly gradientOutput: string;
}

export interface GradientCheck {
  readonly graph: Graph;
  readonly gradientGraph: Graph;
  /** For both graphs; each takes those of its inputs and parameters. */
  readonly feeds: Feeds;
  /** Name of a value of one element in `graph`. */
  readonly loss: string;
  readonly wrt: readonly GradientPair[];
  /** Step h, times |x| where that is above 1. */
  readonly eps?: number;
  /** Largest relative error; see {@link GradientRow.maxRelative}. */
  readonly tolerance?: number;
  /** Elements to check of each tensor; all if it has no more. */
  readonly samples?: number;
  /** Chooses the sample. */
  readonly seed?: number;
}

const GRADIENT_CHECK_DEFAULTS = Object.freeze({ eps: 1e-5, tolerance: 1e-6, samples: Infinity, seed: 1 });

/** How often a step across a kink is divided by ten before the element counts as lying on the kink. */
const STEP_REDUCTIONS = 3;
/** The share of elements on a kink above which the check says nothing and fails. */
const MAX_ON_KINK = 0.05;

/** What was found for one tensor. Every element of the sample is either compared or counted in `onKink`. */
export interface GradientRow {
  readonly tensor: string;
  readonly elements: number;
  readonly compared: number;
  /** Compared with a smaller step, because a switch or a sign changed within the first. */
  readonly reduced: number;
  /** Not compared: a switch or a sign changed within the smallest step too. */
  readonly onKink: number;
  readonly maxAbsolute: number;
  /**
   * Largest error over the larger of the two gradients, or over a thousandth of the largest gradient of the whole check
   * where that is more: small elements cannot be resolved better than the loss that they share.
   */
  readonly maxRelative: number;
}

interface Comparison {
  readonly tensor: string;
  readonly element: number;
  readonly step: number;
  /** How often the step was divided by ten. */
  readonly reductions: number;
  readonly ours: number;
  readonly difference: number;
  /** What rounding of the loss alone can do to the difference quotient. */
  readonly rounding: number;
}

type Outcome = Comparison | "on kink";

/**
 * Compares each gradient with central differences.
 *
 * @returns A row a tensor.
 * @throws {Error} if an element differs by more than the tolerance, or too many lie on kinks.
 */
export function checkGradients(check: GradientCheck): GradientRow[] {
  const { eps, tolerance, samples, seed } = { ...GRADIENT_CHECK_DEFAULTS, ...check };
  const base = interpret(check.graph, feedsOf(check.graph, check.feeds));
  const gradients = interpret(check.gradientGraph, feedsOf(check.gradientGraph, check.feeds));
  const outcomes = check.wrt.map((pair) => {
    const [parameter, gradient] = [requireValue(base, pair.parameter), requireValue(gradients, pair.gradientOutput)];
    if (parameter.shape.join() !== gradient.shape.join()) {
      throw new Error(
        `checkGradients: expected "${pair.gradientOutput}" of the shape of "${pair.parameter}", ` +
          `[${parameter.shape.join(", ")}], got [${gradient.shape.join(", ")}].`,
      );
    }
    const differences = differencer(check, base, pair.parameter, eps);
    return sample(parameter.data.length, samples, seed).map((element): Outcome => {
      const found = differences(element);
      return found === undefined ? "on kink" : { ...found, ours: at(gradient.data, element) };
    });
  });
  const compared = outcomes.flat().filter((outcome) => outcome !== "on kink");
  const largest = largestOf(compared, ({ ours, difference }) => Math.max(Math.abs(ours), Math.abs(difference)));
  const relative = (comparison: Comparison): number => relativeError(comparison, largest, tolerance);
  failOnKinks(check, outcomes);
  failOnErrors(check, compared, relative, tolerance);
  return check.wrt.map(({ parameter }, i) => summarize(parameter, outcomes[i] ?? [], relative));
}

/** Central differences of the loss along single elements of one tensor; `undefined` for an element on a kink. */
function differencer(
  check: GradientCheck,
  base: Values,
  tensor: string,
  eps: number,
): (element: number) => Omit<Comparison, "ours"> | undefined {
  const nodes = nodesBetween(check.graph, tensor, check.loss);
  const centre = requireValue(base, tensor);
  const choicesAtBase = choicesOf(check.graph, nodes, base);
  const lossAt = (element: number, value: number): { loss: number; choices: string } => {
    const values = new Map(base);
    values.set(tensor, { shape: centre.shape, data: centre.data.with(element, value) });
    runNodes(check.graph, nodes, values);
    const { data } = requireValue(values, check.loss);
    if (data.length !== 1) throw new Error(`checkGradients: expected a loss of one element, got ${data.length}.`);
    return { loss: at(data, 0), choices: choicesOf(check.graph, nodes, values) };
  };
  return (element) => {
    const x = at(centre.data, element);
    for (let reductions = 0; reductions <= STEP_REDUCTIONS; reductions++) {
      const step = (eps * Math.max(1, Math.abs(x))) / 10 ** reductions;
      const [above, below] = [lossAt(element, x + step), lossAt(element, x - step)];
      if (above.choices !== choicesAtBase || below.choices !== choicesAtBase) continue;
      const difference = (above.loss - below.loss) / (x + step - (x - step));
      const rounding = (64 * Number.EPSILON * Math.max(Math.abs(above.loss), Math.abs(below.loss))) / step;
      return { tensor, element, step, reductions, difference, rounding };
    }
    return undefined;
  };
}

/** The nodes through which a value acts on the loss. */
function nodesBetween(graph: Graph, from: string, loss: string): Node[] {
  const after = new Set([from]);
  for (const node of graph.nodes) {
    if (node.inputs.some((name) => after.has(name))) for (const name of node.outputs) after.add(name);
  }
  const before = new Set([loss]);
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((name) => before.has(name))) for (const name of node.inputs) before.add(name);
  }
  return graph.nodes.filter(
    (node) => node.inputs.some((name) => after.has(name)) && node.outputs.some((name) => before.has(name)),
  );
}

/** All elements, or a seeded choice of `count` different ones in ascending order. */
function sample(size: number, count: number, seed: number): number[] {
  const elements = Array.from({ length: size }, (_, element) => element);
  if (size <= count) return elements;
  const random = xoroshiro128plus(seed);
  const chosen = Array.from({ length: count }, () => elements.splice(uniformInt(random, 0, elements.length - 1), 1));
  return chosen.flat().sort((a, b) => a - b);
}

function relativeError({ ours, difference, rounding }: Comparison, largest: number, tolerance: number): number {
  const error = Math.abs(ours - difference);
  const scale = Math.max(Math.abs(ours), Math.abs(difference), largest / 1000, rounding / tolerance);
  return error === 0 ? 0 : error / scale;
}

function failOnKinks(check: GradientCheck, outcomes: readonly (readonly Outcome[])[]): void {
  check.wrt.forEach(({ parameter }, i) => {
    const list = outcomes[i] ?? [];
    const onKink = list.filter((outcome) => outcome === "on kink").length;
    if (onKink > MAX_ON_KINK * list.length) {
      throw new Error(
        `checkGradients: expected at most ${MAX_ON_KINK * 100} % of the elements of "${parameter}" on a kink of the loss, ` +
          `got ${onKink} of ${list.length}. Feed numbers without ties and zeros.`,
      );
    }
  });
}

function failOnErrors(
  check: GradientCheck,
  compared: readonly Comparison[],
  relative: (comparison: Comparison) => number,
  tolerance: number,
): void {
  // Written so that a NaN counts as wrong.
  const wrong = compared.filter((comparison) => !(relative(comparison) <= tolerance));
  const [first] = wrong;
  if (first === undefined) return;
  throw new Error(
    `checkGradients: expected d ${check.loss} / d ${first.tensor} at element ${first.element} near ${first.difference} ` +
      `(central difference, step ${first.step}), got ${first.ours}. ` +
      `${wrong.length} of ${compared.length} elements have a relative error above ${tolerance}: ` +
      `${[...new Set(wrong.map(({ tensor }) => tensor))].join(", ")}.`,
  );
}

function summarize(
  tensor: string,
  outcomes: readonly Outcome[],
  relative: (comparison: Comparison) => number,
): GradientRow {
  const compared = outcomes.filter((outcome) => outcome !== "on kink");
  return {
    tensor,
    elements: outcomes.length,
    compared: compared.length,
    reduced: compared.filter(({ reductions }) => reductions > 0).length,
    onKink: outcomes.length - compared.length,
    maxAbsolute: largestOf(compared, ({ ours, difference }) => Math.abs(ours - difference)),
    maxRelative: largestOf(compared, relative),
  };
}

function largestOf(compared: readonly Comparison[], measure: (comparison: Comparison) => number): number {
  return compared.reduce((largest, comparison) => Math.max(largest, measure(comparison)), 0);
}

function feedsOf(graph: Graph, feeds: Feeds): Feeds {
  const given = new Map(feeds instanceof Map ? feeds : Object.entries(feeds));
  const names = [...graph.inputs, ...graph.parameters].map(({ name }) => name);
  return new Map([...given].filter(([name]) => names.includes(name)));
}

function requireValue(values: Values, name: string): NumericTensor {
  const value = values.get(name);
  if (value === undefined) throw new Error(`checkGradients: expected a value "${name}" in the graph, got none.`);
  return value;
}
