/** WebGPU in Node, on a driver in software: the same numbers as the processor's, with fallback to it switched off. */
import { BackendError, Session, Trainer } from "deconvnet";
import { inferenceGraph, type Net, netForm } from "deconvnet/nets";
import { createNodeRuntime, createNodeTraining, nodeRuntime, nodeTraining } from "deconvnet/node";
import { type Graph, GraphBuilder, type Tensor } from "deconvnet/onnx";
import { ADAMW_DEFAULTS, PAPER_SGD, type Solver, type TrainerState, type TrainingRuntime } from "deconvnet/train";
import { expect, test } from "vitest";
import { describeWebGpu } from "../harness/software-vulkan.ts";
import { firstParameters, smallNet, syntheticBatch } from "./small-net.ts";

/** Compiling shaders for a driver in software takes long. */
const TIMEOUT = 300_000;

const portableNet = (mode: "training" | "inference", norm = true): Net =>
  smallNet({ mode, ...netForm("portable") }, norm);

/** Only the scores have none behind them. */
const isBiasBeforeNorm = (name: string): boolean => name.endsWith(".bias") && !name.startsWith("seg-score");

/** The largest difference, relative to the largest value of `expected`. */
function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  const values = Array.from(expected);
  const scale = Math.max(...values.map(Math.abs), Number.MIN_VALUE);
  return Math.max(...values.map((value, i) => Math.abs((actual[i] ?? Number.NaN) - value))) / scale;
}

const numbersOf = (tensor: Tensor | undefined): Float32Array => tensor?.data as Float32Array;

async function trained(runtime: TrainingRuntime, net: Net, solver: Solver): Promise<[number[], TrainerState]> {
  await using trainer = await Trainer.create(runtime, net, firstParameters(net), {
    solver,
    batch: 2,
    averageDecay: 0.9,
  });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const batches = [syntheticBatch(2, 4 * step), syntheticBatch(2, 4 * step + 2)];
    losses.push((await trainer.step(batches, { learningRate: solver.type === "sgd" ? 0.05 : 0.01 })).loss);
  }
  return [losses, await trainer.state()];
}

function sixChannelConvolution(): Graph {
  const g = new GraphBuilder("six");
  const inputs = [g.input("x", "float32", [1, 6, 5, 4]), g.input("w", "float32", [4, 6, 3, 3])];
  g.output(g.op("Conv", inputs, { pads: [1, 1, 1, 1] }, { name: "y" }));
  return g.build();
}

describeWebGpu("WebGPU in Node", () => {
  test("runs a net forward as the processor does", { timeout: TIMEOUT }, async () => {
    const runtime = await createNodeRuntime({ device: "webgpu" });
    expect(runtime.device).toBe("webgpu");
    const net = portableNet("inference");
    const { graph, tensors } = inferenceGraph(net, firstParameters(net));
    const parameters = new Map([...tensors].map(([name, make]) => [name, make()]));
    const scores: Float32Array[] = [];
    for (const on of [runtime, nodeRuntime]) {
      await using session = await Session.create(on, graph, { parameters, batch: 2 });
      scores.push(numbersOf((await session.run({ input: syntheticBatch(2).images }))[net.output.name]));
    }
    expect(largestError(scores[0] ?? [], scores[1] ?? [])).toBeLessThan(1e-5);
  });

  // The gradients of biases before batch norm are rounding alone, which AdamW divides by their own size: on the processor too the
  // two forms of such a net part by 5 % of the loss in three steps. AdamW is therefore compared on a net without batch norm.
  test.each([
    ["SGD, with batch norm", PAPER_SGD, true, 2e-3],
    ["AdamW, without batch norm", ADAMW_DEFAULTS, false, 1e-4],
  ] satisfies [string, Solver, boolean, number][])(
    "%s: three steps of two micro-batches leave the processor's numbers",
    { timeout: TIMEOUT },
    async (_, solver, norm, tolerance) => {
      const webgpu = await createNodeTraining({ device: "webgpu" });
      const [losses, state] = await trained(webgpu, portableNet("training", norm), solver);
      const [expected, wanted] = await trained(nodeTraining, smallNet({}, norm), solver);
      expect(largestError(losses, expected)).toBeLessThan(1e-4);
      expect(losses[2]).toBeLessThan(losses[0] ?? 0);
      expect(state.step).toBe(3);
      expect([...state.parameters.keys()].sort()).toEqual([...wanted.parameters.keys()].sort());
      const compared = [...wanted.parameters].filter(([name]) => !norm || !isBiasBeforeNorm(name));
      for (const [name, tensor] of compared)
        expect([name, largestError(numbersOf(state.parameters.get(name)), numbersOf(tensor)) < tolerance]).toEqual([
          name,
          true,
        ]);
      for (const name of ["seg-score-voc.weight", "conv1_1.weight"])
        expect(largestError(state.average.get(name) ?? [], wanted.average.get(name) ?? [])).toBeLessThan(tolerance);
    },
  );

  test("goes on from a state, and estimates statistics", { timeout: TIMEOUT }, async () => {
    const net = portableNet("training");
    const options = { solver: PAPER_SGD, batch: 2 };
    const webgpu = await createNodeTraining({ device: "webgpu" });
    await using first = await Trainer.create(webgpu, net, firstParameters(net), options);
    await first.step([syntheticBatch(2)], { learningRate: 0.05 });
    await using second = await Trainer.create(webgpu, net, firstParameters(net, 9), options);
    await second.restore(await first.state());
    for (const trainer of [first, second]) await trainer.estimateStatistics([syntheticBatch(2, 6).images]);
    // Both threads at once, which the runtime alone does not survive.
    const losses = await Promise.all(
      [first, second].map((trainer) => trainer.step([syntheticBatch(2, 2)], { learningRate: 0.05 })),
    );
    expect(losses[1]).toEqual(losses[0]);
    const [one, two] = [await first.state(), await second.state()];
    for (const [name, tensor] of one.parameters) expect([name, two.parameters.get(name)]).toEqual([name, tensor]);
  });

  test("refuses a net in its native form, and names the operators", { timeout: TIMEOUT }, async () => {
    const runtime = await createNodeRuntime({ device: "webgpu" });
    const refused = Session.create(runtime, smallNet().graph);
    await expect(refused).rejects.toThrow(BackendError);
    // Kernels of MaxPool and BatchNormalization are found, but refuse their second output and their training mode in the run.
    await expect(refused).rejects.toThrow(/no kernel for: MaxUnpool \(unpool2\).*"portable"/);
  });

  test("convolves six channels right, which the runtime alone does not", { timeout: TIMEOUT }, async () => {
    const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(step * i));
    const feeds: Record<string, Tensor> = {
      x: { type: "float32", shape: [1, 6, 5, 4], data: wave(120, 0.7) },
      w: { type: "float32", shape: [4, 6, 3, 3], data: wave(216, 0.3) },
    };
    const outputs: Float32Array[] = [];
    for (const runtime of [await createNodeRuntime({ device: "webgpu" }), nodeRuntime]) {
      await using session = await Session.create(runtime, sixChannelConvolution());
      outputs.push(numbersOf((await session.run(feeds))["y"]));
    }
    expect(largestError(outputs[0] ?? [], outputs[1] ?? [])).toBeLessThan(1e-5);
  });
});
