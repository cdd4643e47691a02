/**
 * Reverse-mode automatic differentiation of an ONNX graph: the gradient is another ONNX graph, which holds the forward
 * pass too. What nobody asked for is not computed: frozen layers cut the graph.
 *
 * @see Griewank and Walther, Evaluating Derivatives, SIAM 2008, chapter 3.
 */
import { OptionError } from "../errors.ts";
import {
  type Graph,
  GraphBuilder,
  type Node,
  pruneGraph,
  readAttributes,
  sizeOf,
  type ValueInfo,
} from "../onnx/index.ts";
import type { RuleContext } from "./rule.ts";
import { NOT_DIFFERENTIABLE, RULES } from "./rules/index.ts";

export interface GradientOptions {
  /** The scalar value to differentiate. */
  readonly loss: string;
  /** Parameters or inputs whose gradients are wanted. */
  readonly wrt: readonly string[];
  /** Values of the forward graph that the gradient graph also puts out, such as batch statistics. */
  readonly keep?: readonly string[];
}

export interface GradientGraph {
  /** Forward and backward pass; outputs are the loss, `keep`, and the gradients in the order of `wrt`. */
  readonly graph: Graph;
  readonly loss: string;
  /** The value that holds the gradient of each entry of `wrt`. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * Builds the gradient graph of a scalar loss.
 *
 * @throws {OptionError} if the loss is no scalar of the graph, if an entry of `wrt` does not influence it, or if an
 *   operator on the way has no gradient rule (it is named, with its node).
 */
export function differentiate(graph: Graph, options: GradientOptions): GradientGraph {
  const g = GraphBuilder.from(graph, `${graph.name}-gradient`);
  const loss = g.value(options.loss);
  if (sizeOf(loss.shape) !== 1) {
    throw new OptionError(
      `differentiate: expected a loss with 1 element, got "${loss.name}" of shape [${loss.shape.join(", ")}].`,
    );
  }
  for (const name of options.wrt) g.value(name);
  const varying = valuesThatVary(graph, options.wrt);
  const gradients = new Map<string, ValueInfo>([[loss.name, g.constant("float32", loss.shape as number[], [1])]]);
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((name) => gradients.has(name)) && node.inputs.some((name) => varying.has(name))) {
      g.scope(`grad/${node.name}`, () => propagate(g, node, varying, gradients));
    }
  }
  g.output(loss);
  for (const name of options.keep ?? []) g.output(g.value(name));
  const names = new Map<string, string>();
  for (const name of options.wrt) {
    const gradient = gradients.get(name);
    if (gradient === undefined)
      throw new OptionError(
        `differentiate: expected "${name}" to influence the loss "${loss.name}", got a value that does not.`,
      );
    const output = g.op("Identity", [gradient], {}, { name: `grad.${name}` });
    names.set(name, g.output(output).name);
  }
  return { graph: pruneGraph(g.build()), loss: loss.name, gradients: names };
}

/** The values that change when one of `wrt` does. */
function valuesThatVary(graph: Graph, wrt: readonly string[]): Set<string> {
  const varying = new Set(wrt);
  for (const node of graph.nodes) {
    if (NOT_DIFFERENTIABLE.has(node.op) || !node.inputs.some((name) => varying.has(name))) continue;
    for (const output of node.outputs) varying.add(output);
  }
  return varying;
}

/** Adds the gradient of one node's outputs to the gradients of its inputs. */
function propagate(g: GraphBuilder, node: Node, varying: ReadonlySet<string>, gradients: Map<string, ValueInfo>): void {
  const rule = RULES.get(node.op);
  if (rule === undefined) {
    throw new OptionError(
      `differentiate: expected an operator with a gradient rule (${[...RULES.keys()].sort().join(", ")}), got ${node.op} at node "${node.name}".`,
    );
  }
  const contributions = rule(ruleContext(g, node, varying, gradients));
  node.inputs.forEach((name, index) => {
    const contribution = contributions[index];
    if (contribution === undefined || !varying.has(name)) return;
    const sum = gradients.get(name);
    gradients.set(name, sum === undefined ? contribution : g.add(sum, contribution));
  });
}

function ruleContext(
  g: GraphBuilder,
  node: Node,
  varying: ReadonlySet<string>,
  gradients: ReadonlyMap<string, ValueInfo>,
): RuleContext {
  const find = (name: string) => (name === "" ? undefined : g.find(name));
  const required = (value: ValueInfo | undefined, what: string): ValueInfo => {
    if (value === undefined)
      throw new OptionError(`differentiate: expected ${node.op} "${node.name}" to have ${what}, got none.`);
    return value;
  };
  const inputs = node.inputs.map(find);
  const outputs = node.outputs.map(find);
  const upstream = node.outputs.map((name) => gradients.get(name));
  return {
    g,
    node,
    attributes: readAttributes(node),
    inputs,
    outputs,
    gradients: upstream,
    needs: (index) => varying.has(node.inputs[index] ?? ""),
    input: (index) => required(inputs[index], `an input ${index}`),
    output: (index) => required(outputs[index], `an output ${index}`),
    get gradient() {
      return required(upstream[0], "a gradient of its first output");
    },
  };
}
