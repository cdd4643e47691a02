/** The golden cases `ops-softmax-ce*`: loss, number of pixels that are not void, gradient of the scores. */
import { differentiate } from "deconvnet/autodiff";
import { GraphBuilder, lossTerms, lowerGraph, readAttributes, type Tensor, type ValueInfo } from "deconvnet/onnx";
import type { GoldenCase } from "./golden-case.ts";
import { resultOf, runGraph } from "./run-graph.ts";

export async function runLoss(golden: GoldenCase): Promise<void> {
  const [logits, labels] = [golden.input("logits"), asInt32(golden.input("labels"))];
  const g = new GraphBuilder("loss");
  const inputs = [g.input("logits", "float32", logits.shape), g.input("labels", "int32", labels.shape)] as const;
  const values = buildLosses(g, inputs, golden.number("ignore_label"));
  const upstream = golden.has("g_loss") ? Number(golden.input("g_loss").data[0]) : 1;
  const scaled = g.op("Mul", [values.loss_mean, g.scalar(upstream)], {}, { name: "scaled" });
  const keep = Object.values(values).map(({ name }) => name);
  const { graph, gradients } = differentiate(g.build(), { loss: scaled.name, wrt: ["logits"], keep });
  const results = await runGraph(golden.device, lowerGraph(graph), { logits, labels });
  for (const [name, value] of Object.entries(values)) golden.check(name, asVector(resultOf(results, value.name)));
  golden.check("g_logits", resultOf(results, gradients.get("logits") ?? ""));
}

interface Losses {
  readonly loss_mean: ValueInfo;
  readonly loss_sum: ValueInfo;
  readonly valid_count: ValueInfo;
}

/** Adds the losses of scores and labels in both normalisations, and the count of pixels that are not void. */
export function buildLosses(g: GraphBuilder, inputs: readonly [ValueInfo, ValueInfo], ignore_index: number): Losses {
  const [scores, labels] = inputs;
  const loss = (reduction: string) =>
    g.op("SoftmaxCrossEntropyLoss", [...inputs], { ignore_index, reduction }, { name: `loss_${reduction}` });
  const attributes = {
    op: "SoftmaxCrossEntropyLoss",
    name: "count",
    inputs: [],
    outputs: [],
    attributes: { ignore_index },
  };
  const terms = lossTerms(g, { scores, labels, classWeights: undefined, attributes: readAttributes(attributes) });
  return { loss_mean: loss("mean"), loss_sum: loss("sum"), valid_count: terms.divisor as ValueInfo };
}

/** Files hold labels as bytes; the loss reads int32. */
export function asInt32({ shape, data }: Tensor): Tensor {
  return { type: "int32", shape, data: Int32Array.from(data as ArrayLike<number | bigint>, Number) };
}

/** Files hold scalars as one element. */
export function asVector({ data }: Tensor): { shape: readonly number[]; data: Tensor["data"] } {
  return { shape: [1], data };
}
