/** Runs the check network on one device, forward and one training step, and takes the numbers that are compared. */
import { ShapeError } from "../errors.ts";
import { inferenceGraph, type NetForm } from "../nets/index.ts";
import type { Tensor } from "../onnx/index.ts";
import { type Runtime, Session } from "../runtime/index.ts";
import { Trainer, type TrainingRuntime } from "../train/index.ts";
import { CHECK_STEP, createCheckBatch, createCheckNet, createCheckParameters } from "./check-net.ts";

/** Runs networks forward, and trains them. */
export interface Device {
  readonly runtime: Runtime;
  readonly training: TrainingRuntime;
}

/** Milliseconds. */
export interface CheckTimes {
  /** Building the forward graph and loading it. */
  readonly load: number;
  /** The fastest of five forward runs on four images. */
  readonly forward: number;
  /** One training step on four images, after the gradients were computed once before. */
  readonly step: number;
}

export interface Measurement {
  readonly figures: ReadonlyMap<string, number>;
  readonly times: CheckTimes;
}

/** Scores that are looked at one by one: `[image, class, y, x]`, two in discs and one in the ground. */
const SCORES: readonly (readonly [number, number, number, number])[] = [
  [0, 1, 45, 18],
  [1, 2, 28, 41],
  [2, 0, 60, 8],
];

/** From the last layer of the network to the first: an error on the way back shows in all that follow it. */
const GRADIENTS: readonly string[] = [
  "seg-score-voc.weight",
  "deconv1_1.weight",
  "deconv5_1.weight",
  "fc6-deconv.weight",
  "bn3_1.scale",
  "conv1_1.weight",
];

const FORWARD_RUNS = 5;

/**
 * Measures a device.
 *
 * @param device - Its runtime and its training, e.g. `nodeRuntime` and `nodeTraining`.
 * @returns The figures by name, in the order in which they are computed, and times.
 * @throws {BackendError} if the device cannot run the network.
 */
export async function measureDevice(
  { runtime, training }: Device,
  form: NetForm,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Measurement> {
  const forward = await measureForward(runtime, form, options);
  const step = await measureStep(training, form, options);
  return {
    figures: new Map([...scoreFigures(forward.scores), ...step.figures]),
    times: { load: forward.load, forward: forward.time, step: step.time },
  };
}

async function measureForward(
  runtime: Runtime,
  form: NetForm,
  options: { readonly signal?: AbortSignal },
): Promise<{ scores: Tensor; load: number; time: number }> {
  const { images } = createCheckBatch();
  const started = performance.now();
  const net = createCheckNet(form, "inference");
  const { graph, tensors } = inferenceGraph(net, createCheckParameters(net));
  const parameters = new Map([...tensors].map(([name, make]) => [name, make()]));
  const session = await Session.create(runtime, graph, { parameters, batch: images.shape[0] ?? 1 });
  const load = performance.now() - started;
  try {
    let time = Number.POSITIVE_INFINITY;
    let scores: Tensor | undefined;
    for (let run = 0; run < FORWARD_RUNS; run++) {
      const start = performance.now();
      scores = (await session.run({ [net.input.name]: images }, options))[net.output.name];
      time = Math.min(time, performance.now() - start);
    }
    if (scores === undefined)
      throw new ShapeError(`measureDevice: expected the output "${net.output.name}", got none.`);
    return { scores, load, time };
  } finally {
    await session.dispose();
  }
}

async function measureStep(
  training: TrainingRuntime,
  form: NetForm,
  options: { readonly signal?: AbortSignal },
): Promise<{ figures: Map<string, number>; time: number }> {
  const batch = createCheckBatch();
  const net = createCheckNet(form, "training");
  const trainer = await Trainer.create(training, net, createCheckParameters(net), {
    solver: CHECK_STEP.solver,
    batch: batch.images.shape[0] ?? 1,
  });
  try {
    const before = await trainer.gradients([batch], options);
    const start = performance.now();
    await trainer.step([batch], { ...options, learningRate: CHECK_STEP.learningRate });
    const time = performance.now() - start;
    const after = await trainer.gradients([batch], options);
    return { figures: stepFigures(before.loss, before.gradients, after.loss), time };
  } finally {
    await trainer.dispose();
  }
}

/** @param scores - Score maps `[images, classes, height, width]`. */
export function scoreFigures({
  shape,
  data,
}: Pick<Tensor, "shape"> & { readonly data: ArrayLike<unknown> }): Map<string, number> {
  const [, classes = 0, height = 0, width = 0] = shape;
  const scores = SCORES.map(([image, label, y, x]): [string, number] => {
    const position = ((image * classes + label) * height + y) * width + x;
    return [`score of class ${label} at (${x}, ${y}) of image ${image}`, Number(data[position])];
  });
  const values = Float64Array.from(data, Number);
  return new Map([...scores, ["root mean square of all scores", norm(values) / Math.sqrt(values.length)]]);
}

/** @param gradients - By parameter name; the others are not looked at. */
export function stepFigures(
  before: number,
  gradients: ReadonlyMap<string, ArrayLike<number>>,
  after: number,
): Map<string, number> {
  const norms = GRADIENTS.map((name): [string, number] => [
    `norm of the gradient of ${name}`,
    norm(gradients.get(name) ?? []),
  ]);
  return new Map([["loss before the step", before], ...norms, ["loss after the step", after]]);
}

function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares);
}
