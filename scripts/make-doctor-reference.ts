/**
 * Makes src/doctor/reference-figures.ts, the numbers that `deconvnet doctor` compares with:
 * `npm run build && npx tsx scripts/make-doctor-reference.ts`. It takes about a minute.
 *
 * They are computed in float64 by the interpreter of test/reference, from the same float32 parameters and pictures.
 * ONNX Runtime's float32 figures, on the processor and as WebAssembly, are printed beside them and not used.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  CHECK_STEP,
  createCheckBatch,
  createCheckNet,
  createCheckParameters,
  measureDevice,
  scoreFigures,
  stepFigures,
} from "deconvnet/doctor";
import { NET_FORMS, type NetForm } from "deconvnet/nets";
import { nodeRuntime, nodeTraining } from "deconvnet/node";
import type { Graph, Tensor } from "deconvnet/onnx";
import { buildTrainingGraph, multipliersOf } from "deconvnet/train";
import { createWebRuntime, createWebTraining } from "deconvnet/web";
import { interpret } from "../test/reference/interpreter.ts";
import type { NumericTensor } from "../test/reference/numeric-tensor.ts";

type Figures = ReadonlyMap<string, number>;
type Values = ReadonlyMap<string, NumericTensor>;

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TARGET = fileURLToPath(new URL("../src/doctor/reference-figures.ts", import.meta.url));

function valueNamed(values: Values, name: string): NumericTensor {
  const value = values.get(name);
  if (value === undefined) throw new Error(`valueNamed: expected a value "${name}", got none.`);
  return value;
}

function forwardExactly(form: NetForm): Figures {
  const net = createCheckNet(form, "inference");
  const feeds = new Map([...createCheckParameters(net), [net.input.name, createCheckBatch().images]]);
  return scoreFigures(valueNamed(interpret(net.graph, feeds), net.output.name));
}

/** SGD's first step: the velocity is the learning rate times the gradient with its decay. */
function stepExactly(form: NetForm): Figures {
  const { solver, learningRate } = CHECK_STEP;
  const net = createCheckNet(form, "training");
  const { graph, loss, gradients, trained } = buildTrainingGraph(net);
  const { images, labels } = createCheckBatch();
  const feeds = new Map<string, Tensor | NumericTensor>([
    ...createCheckParameters(net),
    [net.input.name, images],
    ["labels", labels],
  ]);
  const before = interpret(graph, feeds);
  console.log(
    `${form} form: no ReLU input and no pooling within ${nearestTie(graph, before).toExponential(1)} of a tie`,
  );
  const gradientOf = (name: string): Float64Array => valueNamed(before, gradients.get(name) ?? "").data;
  const updated = trained.map((parameter): [string, NumericTensor] => {
    const { shape, data } = valueNamed(before, parameter.name);
    const { lrMult, decayMult } = multipliersOf(parameter);
    const gradient = gradientOf(parameter.name);
    const update = (w: number, i: number): number =>
      w - learningRate * lrMult * ((gradient[i] ?? Number.NaN) + solver.weightDecay * decayMult * w);
    return [parameter.name, { shape, data: data.map(update) }];
  });
  const after = interpret(graph, new Map([...feeds, ...updated]));
  const lossOf = (values: Values): number => valueNamed(values, loss).data[0] ?? Number.NaN;
  return stepFigures(lossOf(before), new Map(trained.map(({ name }) => [name, gradientOf(name)])), lossOf(after));
}

/** How near a ReLU's input comes to 0, or the two largest values of a pooling window to each other. */
function nearestTie(graph: Graph, values: Values): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const { op, inputs } of graph.nodes) {
    const x = valueNamed(values, inputs[0] ?? "");
    if (op === "Relu") for (const value of x.data) nearest = Math.min(nearest, Math.abs(value));
    if (op === "MaxPool") for (const gap of poolingGaps(x)) nearest = Math.min(nearest, gap);
  }
  return nearest;
}

/** Largest less second largest value of each 2x2 window, but for windows of zeros: their switch moves nothing. */
function poolingGaps({ shape, data }: NumericTensor): number[] {
  const width = shape[3] ?? 1;
  const gaps: number[] = [];
  for (let corner = 0; corner < data.length; corner += corner % width === width - 2 ? width + 2 : 2) {
    const window = [0, 1, width, width + 1].map((offset) => data[corner + offset] ?? Number.NaN);
    const [largest = 0, second = 0] = window.sort((a, b) => b - a);
    if (largest > 0) gaps.push(largest - second);
  }
  return gaps;
}

/** The largest relative difference of two sets of figures. */
function largestDifference(figures: Figures, reference: Figures): string {
  const differences = [...reference].map(([name, value]) => Math.abs((figures.get(name) ?? Number.NaN) / value - 1));
  return Math.max(...differences).toExponential(1);
}

function writeTable(reference: Figures): void {
  const source = readFileSync(TARGET, "utf8");
  const rows = [...reference].map(
    ([name, value]) => `{ name: ${JSON.stringify(name)}, value: ${value.toPrecision(9)} }`,
  );
  writeFileSync(TARGET, source.replace(/= \[[\s\S]*\];/, `= [${rows.join(", ")}];`));
  execFileSync("npx", ["biome", "format", "--write", TARGET], { cwd: ROOT, stdio: "ignore" });
}

async function main(): Promise<void> {
  const [native, portable] = NET_FORMS.map((form) => new Map([...forwardExactly(form), ...stepExactly(form)]));
  if (native === undefined || portable === undefined) throw new Error("main: expected two forms, got fewer.");
  console.log(`float64: the forms differ by ${largestDifference(portable, native)} at most`);
  const devices = [
    { runtime: nodeRuntime, training: nodeTraining },
    { runtime: await createWebRuntime(), training: await createWebTraining() },
  ];
  for (const device of devices) {
    for (const form of NET_FORMS) {
      const { figures } = await measureDevice(device, form);
      console.log(`${device.runtime.device}, ${form} form: ${largestDifference(figures, native)} from float64 at most`);
    }
  }
  writeTable(native);
}

await main();
