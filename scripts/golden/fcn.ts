/** The golden cases `net-fcn8s-*` (and 16s, 32s): intermediate maps, scores, labels, losses, gradients. */
import { type FcnOptions, fcn, type GraphOptions, inferenceGraph, type Net } from "deconvnet/nets";
import { type Graph, GraphBuilder, lowerGraph, type Tensor } from "deconvnet/onnx";
import { PAPER_SGD, Trainer } from "deconvnet/train";
import type { GoldenCase } from "./golden-case.ts";
import { asVector, buildLosses } from "./loss.ts";
import { batchOf, checkGradients, checkScores, formsOf, parametersOf } from "./net-case.ts";
import { resultOf, runGraph } from "./run-graph.ts";

export type FcnVariant = NonNullable<FcnOptions["variant"]>;

/** The values of the graph that files may hold. */
const MAPS = ["score_fr", "upscore2", "score_pool4", "fuse_pool4", "upscore_pool4", "score_pool3", "fuse_pool3"];

export async function runFcn(golden: GoldenCase, variant: FcnVariant): Promise<void> {
  if (golden.number("pad", 100) !== 100) throw new Error(`expected a padding of 100, got ${golden.metadata["pad"]}`);
  for (const form of formsOf(golden)) {
    const net = fcn({ ...optionsOf(golden, variant), ...form, mode: "training" });
    const parameters = parametersOf(
      net,
      golden,
      (name) => [`param.${name}`],
      (parameter) => upsampling(golden, parameter),
    );
    await checkForward(golden, net, parameters, form.form);
    await checkFolded(golden, net, parameters, form.form);
    const trainer = await Trainer.create(golden.device.training, net, parameters, { solver: PAPER_SGD });
    try {
      const { loss, gradients } = await trainer.gradients([batchOf(golden)]);
      golden.check("loss_mean", { shape: [1], data: [loss] }, `${form.form}, trainer`);
      checkGradients(golden, gradients, form.form);
    } finally {
      await trainer.dispose();
    }
  }
}

function optionsOf(golden: GoldenCase, variant: FcnVariant): FcnOptions & GraphOptions {
  const out = (layer: string): number => golden.size(`param.${layer}.weight`, 0);
  return {
    variant,
    height: golden.size("input", 2),
    width: golden.size("input", 3),
    classes: out("score_fr"),
    widths: [out("conv1_1"), out("conv2_1"), out("conv3_1"), out("conv4_1"), out("conv5_1")],
    fcWidth: out("fc6"),
  };
}

/** The file holds an upsampling layer as the one kernel that all channels share. */
function upsampling(golden: GoldenCase, { name, shape }: Net["parameters"][number]): Tensor {
  const [channels = 0, , rows = 0, columns = 0] = shape;
  const kernel = golden.input(`kernel_${rows}x${columns}`);
  if (!name.startsWith("upscore")) throw new Error(`expected a tensor "param.${name}" in the file, got none`);
  const data = new Float32Array(channels * channels * rows * columns);
  for (let channel = 0; channel < channels; channel++) {
    data.set(kernel.data as Float32Array, channel * (channels + 1) * rows * columns);
  }
  return { type: "float32", shape, data };
}

async function checkForward(
  golden: GoldenCase,
  net: Net,
  parameters: ReadonlyMap<string, Tensor>,
  form: string,
): Promise<void> {
  const g = GraphBuilder.from(net.graph);
  const { images, labels } = batchOf(golden);
  const given = g.input("labels", "int32", [net.output.shape[0] ?? 1, ...net.output.shape.slice(2)]);
  const losses = buildLosses(g, [net.output, given], golden.number("ignore_label"));
  const maps = MAPS.flatMap((name) => (golden.has(name) ? [g.value(name)] : []));
  for (const value of [net.output, ...Object.values(losses), ...maps]) g.output(value);
  const graph: Graph = lowerGraph(g.build());
  const results = await runGraph(golden.device, graph, { input: images, labels, ...Object.fromEntries(parameters) });
  for (const { name } of maps) golden.check(name, resultOf(results, name), form);
  golden.check("score_argmax", labelsOf(resultOf(results, net.output.name)), form);
  for (const [name, value] of Object.entries(losses)) golden.check(name, asVector(resultOf(results, value.name)), form);
  checkScores(golden, "score", resultOf(results, net.output.name), form);
}

/** The class with the highest score, the first of equal ones. */
function labelsOf({ shape, data }: Tensor): { shape: readonly number[]; data: number[] } {
  const [images = 0, classes = 0, height = 0, width = 0] = shape;
  const plane = height * width;
  const labels = Array.from({ length: images * plane }, (_, i) => {
    const first = Math.floor(i / plane) * classes * plane + (i % plane);
    let best = 0;
    for (let label = 1; label < classes; label++)
      if (Number(data[first + label * plane]) > Number(data[first + best * plane])) best = label;
    return best;
  });
  return { shape: [images, height, width], data: labels };
}

async function checkFolded(
  golden: GoldenCase,
  net: Net,
  parameters: ReadonlyMap<string, Tensor>,
  form: string,
): Promise<void> {
  const folded = inferenceGraph(net, parameters);
  const tensors = new Map([...folded.tensors].map(([name, source]) => [name, source()]));
  const results = await runGraph(golden.device, folded.graph, { input: golden.input("input") }, tensors);
  checkScores(golden, "score", resultOf(results, net.output.name), `${form}, folded`);
}
