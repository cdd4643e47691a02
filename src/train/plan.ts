/** What a training step needs to know, in plain data, so that it can be sent to the thread that runs it. */
import { differentiate, type GradientGraph } from "../autodiff/index.ts";
import { OptionError } from "../errors.ts";
import type { BatchStatistics, Net, Parameter } from "../nets/index.ts";
import { encodeModel, type Graph, GraphBuilder, lowerGraph, pruneGraph, type ValueInfo } from "../onnx/index.ts";
import {
  adapterParameters,
  type Distillation,
  distillationTerms,
  teacherInput,
  teacherOutputs,
} from "./distillation.ts";
import { factorGradients, type GradientFactors } from "./factored-gradients.ts";
import type { Multipliers, Solver } from "./solver.ts";

/** Pixels with this label are neither trained nor scored. */
export const VOID_LABEL = 255;

export interface LossOptions {
  /**
   * Weight of the cross-entropy against the label maps; 0 leaves it out. Layers that then have no influence on the loss, such as
   * those behind the last one whose features a teacher teaches, are not computed and stay as they are. Default 1.
   */
  readonly labels?: number;
  /** Weight of each class in the loss; default 1 for all. */
  readonly classWeights?: readonly number[];
  /**
   * `microBatch`: the loss of each micro-batch is a mean over its own labelled pixels, and a step's is the mean of these, as
   * Caffe does with `iter_size`. `batch`: a mean over the labelled pixels of all of them, as in one large batch. Default
   * `microBatch`.
   */
  readonly normalize?: "microBatch" | "batch";
  /** What a teacher's outputs add to the loss. Default: nothing. */
  readonly distillation?: Distillation;
}

export interface PlannedParameter extends Multipliers {
  readonly name: string;
  /** The output that holds its gradient, unless the plan has factors for it. */
  readonly gradient: string;
}

export interface StepPlan {
  /** The gradient graph; outputs the loss, the batch statistics, the gradients. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly loss: string;
  /** The output of each part that the loss is the sum of, by the part's name; empty where it has one part only. */
  readonly lossParts: ReadonlyMap<string, string>;
  /** Names of the graph inputs that weigh the micro-batch in its step; `undefined` if all weigh the same. */
  readonly shares: { readonly labels: string; readonly images: string | undefined } | undefined;
  readonly classWeights: readonly number[] | undefined;
  /** The graph input of each output of the teacher, by the output's name. */
  readonly teacherInputs: ReadonlyMap<string, string>;
  readonly trained: readonly PlannedParameter[];
  /** Outputs whose product is a gradient, by its name. */
  readonly factors: ReadonlyMap<string, GradientFactors>;
  readonly statistics: readonly BatchStatistics[];
  /** Share of a new batch in the running statistics. */
  readonly statisticsMomentum: number;
  readonly solver: Solver;
  /** Share of the old value in the moving average of the weights; `undefined` keeps none. */
  readonly averageDecay: number | undefined;
  /** The forward pass alone, for batch-norm statistics; `undefined` for a net without. */
  readonly statisticsModel: Uint8Array<ArrayBuffer> | undefined;
}

export interface PlanOptions extends LossOptions {
  readonly solver: Solver;
  /** Default 0.1. */
  readonly statisticsMomentum?: number;
  /** Keep a moving average of the weights with this share of the old value, such as 0.999. Default: none. */
  readonly averageDecay?: number;
  /** How fast each parameter learns. Default: {@link multipliersOf}. */
  readonly multipliers?: (parameter: Parameter) => Multipliers;
}

/** Caffe's multipliers: biases learn twice as fast and do not decay; everything else 1 and 1. */
export function multipliersOf(parameter: Parameter): Multipliers {
  return parameter.kind === "bias" ? { lrMult: 2, decayMult: 0 } : { lrMult: 1, decayMult: 1 };
}

export interface TrainingGraph extends GradientGraph {
  readonly shares: StepPlan["shares"];
  readonly lossParts: StepPlan["lossParts"];
  /** Parameters that learn: the net's, and the adapters of {@link adapterParameters}. */
  readonly trained: readonly Parameter[];
  /** Of the layers that the loss depends on. */
  readonly statistics: readonly BatchStatistics[];
}

/**
 * The training graph of a net: the loss, and its gradients for all parameters that are not frozen and influence it.
 *
 * @throws {OptionError} if no layer is left to train, or no part of the loss.
 */
export function buildTrainingGraph(net: Net, options: LossOptions = {}): TrainingGraph {
  const g = GraphBuilder.from(net.graph);
  const crossEntropy = labelTerm(g, net, options);
  const terms = options.distillation === undefined ? [] : distillationTerms(g, net, options.distillation);
  const shares =
    options.normalize === "batch"
      ? { labels: "label_share", images: terms.length === 0 ? undefined : "image_share" }
      : undefined;
  // Fed at each step, as the labels are, whether or not a term reads it.
  if (shares !== undefined) g.input(shares.labels, "float32", []);
  const share = (term: ValueInfo, name: string | undefined): ValueInfo =>
    name === undefined ? term : g.mul(term, g.find(name) ?? g.input(name, "float32", []));
  const parts = [
    ...(crossEntropy === undefined ? [] : [{ name: "labels", value: share(crossEntropy, shares?.labels) }]),
    ...terms.map(({ name, value }) => ({ name, value: share(value, shares?.images) })),
  ];
  const loss = parts.map(({ value }) => value).reduce((sum, value) => g.add(sum, value));
  const lossParts = new Map(parts.length === 1 ? [] : parts.map(({ name, value }) => [name, value.name]));
  const reached = pruneGraph({ ...g.build(), outputs: [loss.name] }, { pruneParameters: true });
  const reads = new Set(reached.parameters.map(({ name }) => name));
  const used = net.parameters.filter(({ name }) => reads.has(name));
  const learning = used.filter(({ trainable }) => trainable);
  if (learning.length === 0)
    throw new OptionError(
      `buildTrainingGraph: expected at least 1 layer of "${net.architecture}" to train, got only frozen ones.`,
    );
  const statistics = net.statistics.filter((of) => used.some(({ layer }) => layer === of.layer));
  const trained = [...learning, ...adapterParameters(net, options.distillation)];
  const keep = [...lossParts.values(), ...statistics.flatMap(({ mean, variance }) => [mean, variance])];
  const wrt = trained.map(({ name }) => name);
  const { graph, gradients } = differentiate(g.build(), { loss: loss.name, wrt, keep });
  return {
    graph: lowerGraph(graph, { fedParameters: true }),
    loss: loss.name,
    lossParts,
    gradients,
    trained,
    statistics,
    shares,
  };
}

/** The weighted cross-entropy behind the score map; the labels are an input in any case. */
function labelTerm(g: GraphBuilder, net: Net, options: LossOptions): ValueInfo | undefined {
  const { labels: weight = 1 } = options;
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
    throw new OptionError(`loss.labels: expected a number of at least 0, got ${weight}.`);
  const [n, classes, ...size] = net.output.shape;
  const labels = g.input("labels", "int32", [n ?? 1, ...size]);
  const weights = classWeights(g, options.classWeights, Number(classes));
  if (weight === 0 && options.distillation === undefined)
    throw new OptionError("loss.labels: expected more than 0 without a teacher, got 0, which leaves nothing to learn.");
  if (weight === 0) return undefined;
  const crossEntropy = g.op(
    "SoftmaxCrossEntropyLoss",
    [net.output, labels, weights],
    { ignore_index: VOID_LABEL },
    { outputs: ["cross_entropy", "log_probability"] },
  );
  return weight === 1 ? crossEntropy : g.mul(crossEntropy, g.scalar(weight));
}

function classWeights(g: GraphBuilder, weights: readonly number[] | undefined, classes: number) {
  if (weights === undefined) return undefined;
  const isWrong = weights.some((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (weights.length !== classes || isWrong || weights.every((weight) => weight === 0)) {
    throw new OptionError(
      `classWeights: expected ${classes} numbers of at least 0, not all of them 0, got [${weights.join(", ")}].`,
    );
  }
  return g.constant("float32", [classes], weights, "class_weights");
}

/** @param device - What the step runs on; on WebGPU gradients stay there, and stay whole. */
export function planStep(
  net: Net,
  options: PlanOptions,
  device: string,
): { plan: StepPlan; graph: Graph; trained: readonly Parameter[] } {
  const training = buildTrainingGraph(net, options);
  const { loss, lossParts, gradients, trained, statistics, shares } = training;
  const { graph, factors } =
    device === "webgpu"
      ? { graph: training.graph, factors: new Map<string, GradientFactors>() }
      : factorGradients(training.graph, gradients.values());
  const multipliers = options.multipliers ?? multipliersOf;
  const plan: StepPlan = {
    model: encodeModel(graph),
    loss,
    lossParts,
    shares,
    classWeights: options.classWeights,
    teacherInputs: new Map(
      (options.distillation === undefined ? [] : teacherOutputs(options.distillation)).map(({ output }) => [
        output,
        teacherInput(output),
      ]),
    ),
    trained: trained.map((parameter) => ({
      name: parameter.name,
      gradient: gradients.get(parameter.name) ?? "",
      ...multipliers(parameter),
    })),
    factors,
    statistics,
    statisticsMomentum: options.statisticsMomentum ?? 0.1,
    solver: options.solver,
    averageDecay: options.averageDecay,
    statisticsModel: statistics.length === 0 ? undefined : encodeModel(buildStatisticsGraph(net, statistics)),
  };
  return { plan, graph, trained };
}

/** The forward pass in training mode that puts out the batch statistics only. */
function buildStatisticsGraph(net: Net, statistics: readonly BatchStatistics[]): Graph {
  const outputs = statistics.flatMap(({ mean, variance }) => [mean, variance]);
  return lowerGraph(pruneGraph({ ...net.graph, outputs }), { fedParameters: true });
}
