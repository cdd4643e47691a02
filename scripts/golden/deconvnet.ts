/** The golden cases `net-deconvnet-*`: forward in training mode, gradients, steps of the Trainer, forward in inference mode. */
import { type DeconvNetOptions, deconvNet, type GraphOptions, inferenceGraph, type Net } from "deconvnet/nets";
import type { Tensor } from "deconvnet/onnx";
import { type ParameterMap, Trainer } from "deconvnet/train";
import type { GoldenCase } from "./golden-case.ts";
import { batchOf, checkGradients, checkScores, type Form, formsOf, parametersOf, withOutputs } from "./net-case.ts";
import { resultOf, runGraph } from "./run-graph.ts";
import { planeSwitches, switchesOfMask } from "./switches.ts";

const POOLINGS = ["pool1", "pool2", "pool3", "pool4", "pool5"] as const;

export async function runDeconvNet(golden: GoldenCase): Promise<void> {
  for (const form of formsOf(golden)) {
    const training = deconvNet({ ...optionsOf(golden), ...form, mode: "training" });
    const first = parametersOf(training, golden, (name) => [`param.${name}`], firstStatistics);
    await checkForward(golden, training, first, form);
    const trained = await checkTraining(golden, training, first, form.form);
    await checkInference(golden, deconvNet({ ...optionsOf(golden), ...form }), trained, form.form);
  }
}

/** The net's options, read off the shapes of its parameters. */
function optionsOf(golden: GoldenCase): DeconvNetOptions & GraphOptions {
  const out = (layer: string): number => golden.size(`param.${layer}.weight`, layer.includes("deconv") ? 1 : 0);
  const layersOf = (block: number): number =>
    [1, 2, 3].filter((layer) => golden.has(`param.deconv${block}_${layer}.weight`)).length;
  const plain = [1, 2, 3, 4, 5].findIndex((block) => golden.has(`param.bn${block}_1.scale`));
  return {
    inputSize: golden.size("input", 2),
    classes: out("seg-score-voc"),
    widths: [out("conv1_1"), out("conv2_1"), out("conv3_1"), out("conv4_1"), out("conv5_1")],
    fcWidth: golden.has("param.fc6.weight") ? out("fc6") : 0,
    decoderLayers: [5, 4, 3, 2, 1].map(layersOf) as [number, number, number, number, number],
    lastWidth: out("deconv1_2"),
    plainBlocks: plain === -1 ? 5 : plain,
    epsilon: golden.number("bn_eps"),
  };
}

function firstStatistics({ name, kind, shape }: Net["parameters"][number]): Tensor {
  if (!kind.startsWith("running")) throw new Error(`expected a tensor "param.${name}" in the file, got none`);
  return { type: "float32", shape, data: new Float32Array(shape[0] ?? 0).fill(kind === "running_var" ? 1 : 0) };
}

async function checkForward(golden: GoldenCase, net: Net, parameters: ParameterMap, form: Form): Promise<void> {
  const graph = withOutputs(net.graph, [net.output.name, ...POOLINGS.map((layer) => `${layer}_mask`)]);
  const results = await runGraph(golden.device, graph, {
    input: golden.input("input"),
    ...Object.fromEntries(parameters),
  });
  checkScores(golden, "score_train", resultOf(results, net.output.name), form.form);
  POOLINGS.forEach((layer, index) => {
    const name = `${layer}_mask`;
    if (!golden.has(name)) return;
    const size = golden.size("input", 2) / 2 ** index;
    const mask = resultOf(results, name);
    const switches = form.form === "native" ? planeSwitches(mask, [size, size]) : switchesOfMask(mask, size);
    // Of the largest plane the file holds the first images only.
    const shape = [golden.size(name, 0), ...switches.shape.slice(1)];
    const count = shape.reduce((product, dim) => product * dim, 1);
    golden.check(name, { shape, data: (switches.data as BigInt64Array).subarray(0, count) }, form.form);
  });
}

async function checkTraining(
  golden: GoldenCase,
  net: Net,
  first: ReadonlyMap<string, Tensor>,
  form: string,
): Promise<ParameterMap> {
  const batches = [batchOf(golden)];
  const [biasRate, biasDecay] = [golden.number("bias_lr_mult", 2), golden.number("bias_decay_mult", 0)];
  const trainer = await Trainer.create(golden.device.training, net, first, {
    solver: { type: "sgd", momentum: golden.number("momentum"), weightDecay: golden.number("weight_decay") },
    statisticsMomentum: golden.number("bn_momentum"),
    multipliers: ({ kind }) =>
      kind === "bias" ? { lrMult: biasRate, decayMult: biasDecay } : { lrMult: 1, decayMult: 1 },
    batch: golden.size("input", 0),
  });
  try {
    checkGradients(golden, (await trainer.gradients(batches)).gradients, form);
    const losses: number[] = [];
    for (let step = 1; step <= golden.number("steps"); step++) {
      losses.push((await trainer.step(batches, { learningRate: golden.number("lr") })).loss);
      for (const [name, tensor] of (await trainer.state()).parameters) {
        golden.check(`after${step}.${name}`, tensor, form);
        golden.check(`running${step}.${name}`, tensor, form);
      }
    }
    golden.check("losses", { shape: [losses.length], data: losses }, form);
    return (await trainer.state()).parameters;
  } finally {
    await trainer.dispose();
  }
}

/** Plain and folded, with the stored parameters of the last step, not ours: errors do not add up. */
async function checkInference(golden: GoldenCase, net: Net, trained: ParameterMap, form: string): Promise<void> {
  const step = golden.number("steps");
  const names = (name: string) => [`after${step}.${name}`, `running${step}.${name}`];
  const parameters = parametersOf(net, golden, names, ({ name }) => trained.get(name) as Tensor);
  const input = golden.input("input");
  const plain = await runGraph(golden.device, net.graph, { input }, parameters);
  checkScores(golden, "score_eval", resultOf(plain, net.output.name), form);
  const folded = inferenceGraph(net, parameters);
  const tensors = new Map([...folded.tensors].map(([name, source]) => [name, source()]));
  const results = await runGraph(golden.device, folded.graph, { input }, tensors);
  checkScores(golden, "score_eval", resultOf(results, net.output.name), `${form}, folded`);
}
