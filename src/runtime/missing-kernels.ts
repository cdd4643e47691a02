/** Names the nodes of a model that a device has no kernel for: each kind of node is tried alone. */
import { DeconvnetError } from "../errors.ts";
import { decodeModel, encodeModel, type Graph, GraphBuilder, type Node } from "../onnx/index.ts";
import type { DeviceName } from "./devices.ts";
import type { OrtModule } from "./ort-module.ts";

/**
 * @param model - Its bytes; of a path, and of a model with operators that this library does not know, nothing is found.
 * @returns Operators, each with the first node that has it, such as `MaxUnpool (unpool5)`.
 */
export async function findMissingKernels(
  ort: OrtModule,
  model: Uint8Array | string,
  device: DeviceName,
): Promise<string[]> {
  const graph = readGraph(model);
  if (graph === undefined) return [];
  const tried = new Set<string>();
  const missing = new Map<string, string>();
  for (const node of graph.nodes) {
    const kind = kindOf(node, graph);
    if (tried.has(kind) || missing.has(node.op)) continue;
    tried.add(kind);
    if (!(await opens(ort, nodeModel(node, graph), device))) missing.set(node.op, node.name);
  }
  return [...missing].map(([op, name]) => `${op} (${name})`);
}

function readGraph(model: Uint8Array | string): Graph | undefined {
  if (typeof model === "string") return undefined;
  try {
    return decodeModel(model).graph;
  } catch (error) {
    if (error instanceof DeconvnetError) return undefined;
    throw error;
  }
}

/** Kernels are chosen by operator, types and attributes; sizes do not matter. */
function kindOf({ op, attributes, inputs, outputs }: Node, graph: Graph): string {
  const types = inputs.map((name) => {
    const value = graph.values.get(name);
    return `${value?.type}/${value?.shape.length}`;
  });
  return JSON.stringify([op, attributes, types, outputs.length]);
}

function nodeModel(node: Node, graph: Graph): Uint8Array {
  const g = new GraphBuilder(node.name);
  for (const name of new Set(node.inputs)) {
    const [constant, value] = [graph.constants.get(name), graph.values.get(name)];
    if (constant !== undefined) g.constant(constant.type, constant.shape, constant.data, name);
    else if (value !== undefined) g.input(name, value.type, value.shape);
  }
  for (const output of g.addNode(node)) g.output(output);
  return encodeModel(g.build());
}

async function opens(ort: OrtModule, model: Uint8Array, device: DeviceName): Promise<boolean> {
  try {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [device],
      // Without this, constants fold whole nodes away.
      graphOptimizationLevel: "disabled",
      logSeverityLevel: 4,
      extra: { session: { disable_cpu_ep_fallback: "1" } },
    });
    await session.release();
    return true;
  } catch {
    return false;
  }
}
