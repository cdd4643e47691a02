/** Runs graphs once on a device, and operators with their gradients. */
import { Session } from "deconvnet";
import { differentiate } from "deconvnet/autodiff";
import {
  BATCH,
  bindDims,
  type Graph,
  GraphBuilder,
  lowerGraph,
  type ParameterSource,
  type Tensor,
  type ValueInfo,
} from "deconvnet/onnx";
import type { GoldenDevice } from "./device.ts";
import type { GoldenCase } from "./golden-case.ts";

export type Feeds = Readonly<Record<string, Tensor>>;

export async function runGraph(
  { runtime }: GoldenDevice,
  graph: Graph,
  feeds: Feeds,
  parameters?: ParameterSource,
): Promise<Feeds> {
  const [images = 1] = feeds["input"]?.shape ?? [];
  const bound = runtime.device === "cpu" ? graph : bindDims(graph, { [BATCH]: images });
  const session = await Session.create(runtime, bound, parameters === undefined ? {} : { parameters });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** The tensor of a run that must be there. */
export function resultOf(results: Feeds, name: string): Tensor {
  const result = results[name];
  if (result === undefined) throw new Error(`expected an output "${name}", got none`);
  return result;
}

export interface OperatorCase {
  /** Fed tensors by name; the upstream gradient is fed too. */
  readonly feeds: Feeds;
  /** Names of the feeds whose gradients are compared with `g_<name>`. */
  readonly wrt: readonly string[];
  /** Which form it is, for the table. */
  readonly form?: string;
  /** Builds the operator; `outputs` are compared as they are, `kept` come back uncompared. */
  readonly build: (
    g: GraphBuilder,
    feed: (name: string) => ValueInfo,
  ) => { readonly y: ValueInfo; readonly kept?: Readonly<Record<string, ValueInfo>> };
}

/**
 * Runs an operator and the gradient of sum(y * g_y), compares `y` and `g_<name>`, and returns what else was asked for.
 */
export async function checkOperator(golden: GoldenCase, operator: OperatorCase): Promise<Feeds> {
  const { feeds, wrt, form = "" } = operator;
  const upstream = golden.input("g_y");
  const g = new GraphBuilder("golden");
  for (const [name, { type, shape }] of Object.entries({ ...feeds, g_y: upstream })) g.input(name, type, shape);
  const { y, kept = {} } = operator.build(g, (name) => g.value(name));
  const loss = g.op("ReduceSum", [g.mul(y, g.value("g_y"))], { keepdims: 0 }, { name: "loss" });
  const keep = [y, ...Object.values(kept)].map(({ name }) => name);
  const { graph, gradients } = differentiate(g.build(), { loss: loss.name, wrt, keep });
  const results = await runGraph(golden.device, lowerGraph(graph, { fedParameters: true }), {
    ...feeds,
    g_y: upstream,
  });
  golden.check("y", resultOf(results, y.name), form);
  for (const name of wrt) golden.check(`g_${name}`, resultOf(results, gradients.get(name) ?? ""), form);
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, resultOf(results, value.name)]));
}
