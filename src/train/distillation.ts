/**
 * Learning from a teacher: what its scores and features add to the loss, as nodes of the training graph. The teacher itself
 * runs elsewhere; what it puts out for a batch are inputs of the step.
 *
 * @see Hinton, Vinyals, Dean, Distilling the Knowledge in a Neural Network, 2015, section 2 (scores).
 * @see Romero et al., FitNets: Hints for Thin Deep Nets, ICLR 2015, section 2.2 (features).
 */
import { OptionError } from "../errors.ts";
import type { Net, Parameter } from "../nets/index.ts";
import { BATCH, type GraphBuilder, knownDim, type Tensor, type ValueInfo } from "../onnx/index.ts";
import { randomFor } from "../tensor/index.ts";
import { gridMatrix } from "./grid-matrix.ts";

/** One map that the teacher puts out for each image, `[n, channels, height, width]`. */
export interface TeacherOutput {
  /** The teacher's own name for it. */
  readonly output: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Its first and last element lie on the centres of the corner pixels of an input of so many px. Default: stretches. */
  readonly alignedTo?: number;
}

/** The scores are taken for softened probabilities. */
export interface ScoreLesson extends TeacherOutput {
  /** Our class for each of the teacher's; -1 leaves it out. Probabilities of one class are added. */
  readonly classes: readonly number[];
  /** Both score maps are divided by it; above 1 the teacher's doubts count for more. */
  readonly temperature: number;
  /** Of the divergence in the loss. */
  readonly weight: number;
}

/** Features are matched through a 1x1 convolution, the adapter, which no model file keeps. */
export interface FeatureLesson extends TeacherOutput {
  /** Our layer, such as `conv5_3`: what it gives behind its ReLU. */
  readonly layer: string;
  /** Of the mean squared error in the loss. */
  readonly weight: number;
}

export interface Distillation {
  readonly scores?: ScoreLesson;
  readonly features: readonly FeatureLesson[];
}

/** Added to the variance of the teacher's features. */
const EPSILON = 1e-5;
/** Keeps the logarithm finite where the teacher rules a class out. */
const LEAST = 1e-30;

/** The graph input that takes an output of the teacher. */
export function teacherInput(output: string): string {
  return `teacher/${output}`;
}

/** What the teacher has to put out for a step. */
export function teacherOutputs({ scores, features }: Distillation): readonly TeacherOutput[] {
  const all: readonly TeacherOutput[] = scores === undefined ? features : [scores, ...features];
  return [...new Map(all.map((output) => [output.output, output])).values()];
}

/**
 * The parameters of the adapters, which are trained with those of the net: `adapter/conv5_3.weight`, `adapter/conv5_3.bias`.
 *
 * @throws {OptionError} if a lesson is for a layer that the net does not have.
 */
export function adapterParameters(net: Net, distillation: Distillation | undefined): Parameter[] {
  return (distillation?.features ?? []).flatMap(({ layer: taught, channels }): Parameter[] => {
    const layer = `adapter/${taught}`;
    const inputs = knownDim(activationOf(net, taught).shape[1], taught);
    return [
      { name: `${layer}.weight`, layer, kind: "weight", shape: [channels, inputs, 1, 1], trainable: true },
      { name: `${layer}.bias`, layer, kind: "bias", shape: [channels], trainable: true },
    ];
  });
}

/** First values of adapters: weights from N(0, 1 / fan-in), biases 0. */
export function initializeAdapters(adapters: readonly Parameter[], seed: number): Map<string, Tensor> {
  return new Map(
    adapters.map(({ name, kind, shape }) => {
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      const random = randomFor(seed, "initialize", name);
      const deviation = Math.sqrt(1 / (shape[1] ?? 1));
      if (kind === "weight") for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
      return [name, { type: "float32", shape, data }];
    }),
  );
}

/** A part of the loss: a scalar, its weight in it. */
export interface LossPart {
  /** `teacher scores`, or `teacher` and the layer that its features teach. */
  readonly name: string;
  readonly value: ValueInfo;
}

/** Adds inputs, adapters and terms to the graph of a net. */
export function distillationTerms(g: GraphBuilder, net: Net, distillation: Distillation): LossPart[] {
  const { scores, features } = distillation;
  const inputs = new Map(
    teacherOutputs(distillation).map(({ output, channels, height, width }) => [
      output,
      g.input(teacherInput(output), "float32", [BATCH, channels, height, width]),
    ]),
  );
  const inputOf = ({ output }: TeacherOutput): ValueInfo => inputs.get(output) ?? g.value(teacherInput(output));
  for (const { name, shape } of adapterParameters(net, distillation)) g.parameter(name, shape);
  return [
    ...(scores === undefined ? [] : [{ name: "teacher scores", value: scoreTerm(g, net, inputOf(scores), scores) }]),
    ...features.map((lesson) => ({
      name: `teacher ${lesson.layer}`,
      value: featureTerm(g, net, inputOf(lesson), lesson),
    })),
  ];
}

/** weight T^2 mean over pixels of KL(teacher || student), both softened by T; T^2 keeps gradients as large as without. */
function scoreTerm(g: GraphBuilder, net: Net, input: ValueInfo, lesson: ScoreLesson): ValueInfo {
  const { temperature, weight, classes } = lesson;
  const count = knownDim(net.output.shape[1], net.scoreLayer);
  if (classes.length !== lesson.channels || classes.some((id) => !Number.isInteger(id) || id < -1 || id >= count)) {
    throw new OptionError(
      `distillationTerms: expected a class -1 to ${count - 1} for each of ${lesson.channels} channels of "${lesson.output}", got [${classes.join(", ")}].`,
    );
  }
  return g.scope("distill/scores", () => {
    const softened = (scores: ValueInfo): ValueInfo =>
      g.op("LogSoftmax", [g.div(scores, g.scalar(temperature))], { axis: 1 });
    const [, , height, width] = net.output.shape;
    const [rows, columns] = [knownDim(height, net.scoreLayer), knownDim(width, net.scoreLayer)];
    const teacher = softened(resample(g, groupClasses(g, input, classes, count), lesson, rows, columns));
    const student = softened(net.output);
    const divergence = g.mul(g.op("Exp", [teacher]), g.sub(teacher, student));
    // The mean over all elements, times the classes, is the mean over pixels of the sum over classes.
    return g.mul(meanOfAll(g, divergence), g.scalar(weight * count * temperature ** 2));
  });
}

/** The logarithms of our classes' probabilities, up to a constant of each pixel: log sum exp over the teacher's classes. */
function groupClasses(g: GraphBuilder, scores: ValueInfo, classes: readonly number[], count: number): ValueInfo {
  const members = new Float32Array(count * classes.length);
  classes.forEach((id, channel) => {
    if (id >= 0) members[id * classes.length + channel] = 1;
  });
  const sums = g.constant("float32", [count, classes.length, 1, 1], members);
  const shifted = g.sub(scores, g.op("ReduceMax", [scores, g.ints([1])], { keepdims: 1 }));
  return g.op("Log", [g.add(g.op("Conv", [g.op("Exp", [shifted]), sums]), g.scalar(LEAST))]);
}

/** weight times the mean of (adapter(student) - teacher)^2; each of the teacher's channels has mean 0 and variance 1 in the batch. */
function featureTerm(g: GraphBuilder, net: Net, input: ValueInfo, lesson: FeatureLesson): ValueInfo {
  const { layer, weight } = lesson;
  const student = activationOf(net, layer);
  const [, , height, width] = student.shape;
  return g.scope(`distill/${layer}`, () => {
    const teacher = resample(g, input, lesson, knownDim(height, layer), knownDim(width, layer));
    const centred = g.sub(teacher, g.reduceMean(teacher, [0, 2, 3], true));
    const variance = g.reduceMean(g.mul(centred, centred), [0, 2, 3], true);
    const standardised = g.div(centred, g.op("Sqrt", [g.add(variance, g.scalar(EPSILON))]));
    const adapter = [g.value(`adapter/${layer}.weight`), g.value(`adapter/${layer}.bias`)];
    const difference = g.sub(g.op("Conv", [student, ...adapter]), standardised);
    return g.mul(meanOfAll(g, g.mul(difference, difference)), g.scalar(weight));
  });
}

/** Linear interpolation as two matrix products, `[rows, h] x [n, c, h, w] x [w, columns]`. */
function resample(g: GraphBuilder, x: ValueInfo, from: TeacherOutput, rows: number, columns: number): ValueInfo {
  const aligned = from.alignedTo === undefined ? {} : { alignedTo: from.alignedTo };
  const down = g.constant("float32", [rows, from.height], gridMatrix({ size: from.height, ...aligned }, rows));
  const across = g.constant("float32", [columns, from.width], gridMatrix({ size: from.width, ...aligned }, columns));
  return g.matMul(down, g.matMul(x, g.transpose(across, [1, 0])));
}

function meanOfAll(g: GraphBuilder, x: ValueInfo): ValueInfo {
  return g.reduceMean(x, [0, 1, 2, 3]);
}

function activationOf(net: Net, layer: string): ValueInfo {
  const value = net.graph.values.get(net.activations.get(layer) ?? "");
  if (value !== undefined) return value;
  throw new OptionError(
    `adapterParameters: expected a layer of "${net.architecture}" to match features at, got "${layer}". The layers: ${[...net.activations.keys()].join(", ")}.`,
  );
}
