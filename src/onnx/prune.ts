/** Removes what no output needs: nodes, constants and unused optional outputs. */
import type { Graph, Node } from "./graph.ts";

/** Parameters and inputs stay, since callers feed them; `pruneParameters` removes those that nothing reads. */
export function pruneGraph(graph: Graph, options: { readonly pruneParameters?: boolean } = {}): Graph {
  const needed = new Set(graph.outputs);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    nodes.push(withoutUnusedOutputs(node, needed));
  }
  nodes.reverse();
  const parameters = options.pruneParameters
    ? graph.parameters.filter(({ name }) => needed.has(name))
    : graph.parameters;
  const constants = new Map([...graph.constants].filter(([name]) => needed.has(name)));
  const defined = new Set(
    [...graph.inputs, ...parameters]
      .map(({ name }) => name)
      .concat(...constants.keys(), ...nodes.flatMap((node) => node.outputs)),
  );
  const values = new Map([...graph.values].filter(([name]) => defined.has(name)));
  return { ...graph, nodes, parameters, constants, values };
}

function withoutUnusedOutputs(node: Node, needed: ReadonlySet<string>): Node {
  const last = node.outputs.findLastIndex((name) => needed.has(name));
  return last === node.outputs.length - 1 ? node : { ...node, outputs: node.outputs.slice(0, last + 1) };
}
