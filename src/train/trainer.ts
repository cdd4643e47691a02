/** The trainer: steps a network on batches of images and label maps. Reading data, schedules and checkpoints are above it. */
import { BackendError, OptionError, ShapeError } from "../errors.ts";
import type { Net, Parameter } from "../nets/index.ts";
import { formatShape, type Graph, knownDim, type Tensor } from "../onnx/index.ts";
import { checkThreads, type EngineOptions, requireMemory } from "../runtime/index.ts";
import { adapterParameters, type TeacherOutput, teacherOutputs } from "./distillation.ts";
import { type PlanOptions, planStep, type StepPlan, VOID_LABEL } from "./plan.ts";
import { checkSolver } from "./solver.ts";
import { findMisfit } from "./step-engine.ts";
import type { GradientResult, MicroBatch, ParameterMap, StepHost, StepResult, TrainerState } from "./step-host.ts";
import { bytesOf, trainingGraphMemory } from "./training-memory.ts";

/** Opens the thread that trains: from `deconvnet/node` or `deconvnet/web`. */
export interface TrainingRuntime {
  /** What it runs on, such as `cpu`. */
  readonly device: string;
  openTraining(plan: StepPlan, parameters: ParameterMap, options: EngineOptions): Promise<StepHost>;
  availableMemory(): number | undefined;
}

export interface TrainerOptions extends PlanOptions, EngineOptions {
  /** Images in the largest micro-batch: for the memory check. Default 1. */
  readonly batch?: number;
  /** Take the parameters' arrays over instead of copying them: they are empty afterwards. Default false. */
  readonly takeParameters?: boolean;
}

export interface StepOptions {
  readonly learningRate: number;
  /** Checked between micro-batches; an aborted step changes nothing. */
  readonly signal?: AbortSignal;
}

export class Trainer {
  readonly net: Net;
  readonly #plan: StepPlan;
  /** The net's, then the adapters. */
  readonly #parameters: readonly Parameter[];
  readonly #teacher: readonly TeacherOutput[];
  #host: StepHost | undefined;

  private constructor(net: Net, plan: StepPlan, options: TrainerOptions, host: StepHost) {
    this.net = net;
    this.#plan = plan;
    this.#parameters = allParameters(net, options);
    this.#teacher = options.distillation === undefined ? [] : teacherOutputs(options.distillation);
    this.#host = host;
  }

  /**
   * Builds the gradient graph of a net that was built with `mode: "training"`, and loads it.
   *
   * @param parameters - A float32 tensor for every parameter of the net, statistics included, and with distillation for those
   *   of {@link adapterParameters}; copied.
   * @throws {OptionError} for settings out of range, or a net in inference mode.
   * @throws {ShapeError} if a parameter is missing or of another shape: all of them are listed.
   * @throws {BackendError} if it needs more memory than there is.
   */
  static async create(
    runtime: TrainingRuntime,
    net: Net,
    parameters: ReadonlyMap<string, Tensor>,
    options: TrainerOptions,
  ): Promise<Trainer> {
    checkSolver(options.solver);
    checkThreads(options.threads);
    checkMode(net);
    const { plan, graph, trained } = planStep(net, options, runtime.device);
    checkMemory(graph, bytesOf(trained), options, runtime.availableMemory());
    const copies = checkedParameters(net.architecture, allParameters(net, options), parameters, options);
    const host = await runtime.openTraining(plan, copies, options);
    return new Trainer(net, plan, options, host);
  }

  /**
   * Takes one step on the mean of the micro-batches' gradients.
   *
   * @returns The loss before the update.
   * @throws {ShapeError} for images or labels of another size. @throws {OptionError} for labels that are neither a class nor void.
   * @throws {BackendError} if the loss is not finite: the layer is named, and the parameters are unchanged.
   */
  async step(batches: readonly MicroBatch[], options: StepOptions): Promise<StepResult> {
    if (!(options.learningRate >= 0 && options.learningRate < Number.POSITIVE_INFINITY)) {
      throw new OptionError(`step: expected a learningRate of at least 0, got ${options.learningRate}.`);
    }
    this.#checkBatches(batches);
    return await this.#open().step(batches, options.learningRate, options.signal);
  }

  /** Loss and gradients by parameter name, averaged over the micro-batches; nothing is changed. */
  async gradients(
    batches: readonly MicroBatch[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<GradientResult> {
    this.#checkBatches(batches);
    return await this.#open().gradients(batches, options.signal);
  }

  /**
   * Estimates batch-norm statistics over the union of some batches, with the weights fixed, and stores them.
   *
   * @param images - float32 `[n, 3, h, w]` each.
   */
  async estimateStatistics(images: readonly Tensor[], options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (images.length === 0) throw new OptionError("estimateStatistics: expected at least 1 batch of images, got 0.");
    this.#checkImages(images);
    const host = this.#open();
    await host.assign(await host.estimateStatistics(images, false, options.signal));
  }

  /**
   * The net's parameters as they are to be used: the moving average of the weights where one is kept; no adapters.
   *
   * @param images - Batches over which the batch-norm statistics of these weights are estimated; without, the running ones
   *   are returned. The training goes on from what it had.
   */
  async model(images: readonly Tensor[] = [], options: { readonly signal?: AbortSignal } = {}): Promise<ParameterMap> {
    this.#checkImages(images);
    const host = this.#open();
    const { parameters, average } = await host.state();
    for (const [name, data] of average) {
      const tensor = parameters.get(name);
      if (tensor !== undefined) parameters.set(name, { ...tensor, data });
    }
    for (const { name } of this.#parameters.slice(this.net.parameters.length)) parameters.delete(name);
    if (images.length === 0) return parameters;
    return new Map([...parameters, ...(await host.estimateStatistics(images, average.size > 0, options.signal))]);
  }

  /** A copy of everything that the next step depends on. */
  async state(): Promise<TrainerState> {
    return await this.#open().state();
  }

  /** Goes on from a state of a trainer with the same net and solver; the same batches then give the same bits. */
  async restore(state: TrainerState): Promise<void> {
    const misfit = findMisfit(this.#plan, new Map(this.#parameters.map(({ name, shape }) => [name, shape])), state);
    if (misfit !== undefined)
      throw new ShapeError(`restore: expected ${misfit}. Restore a state of the same net and solver.`);
    await this.#open().restore(state);
  }

  /** Frees the session and its thread; a second call does nothing. */
  async dispose(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #open(): StepHost {
    if (this.#host === undefined)
      throw new BackendError(
        `Trainer: expected an open trainer of "${this.net.architecture}", got one that was disposed.`,
      );
    return this.#host;
  }

  #checkBatches(batches: readonly MicroBatch[]): void {
    if (batches.length === 0) throw new OptionError("step: expected at least 1 micro-batch, got 0.");
    this.#checkImages(batches.map(({ images }) => images));
    const classes = knownDim(this.net.output.shape[1], this.net.scoreLayer);
    for (const { images, labels, teacher = {} } of batches) {
      expectTensor("labels", labels, "int32", [images.shape[0], ...this.net.output.shape.slice(2)]);
      checkLabels(labels.data as Int32Array, classes);
      for (const { output, channels, height, width } of this.#teacher)
        expectTensor(`the teacher's "${output}"`, teacher[output], "float32", [
          images.shape[0],
          channels,
          height,
          width,
        ]);
    }
  }

  #checkImages(batches: readonly Tensor[]): void {
    for (const images of batches) {
      const count = images.shape[0] ?? 0;
      expectTensor("images", images, "float32", [count, ...this.net.input.shape.slice(1)]);
      checkStatisticsCount(this.#plan, count);
    }
  }
}

function checkMode(net: Net): void {
  // In training mode a normalisation whose scale learns uses the batch; one that is frozen uses what is stored.
  const learnsScale = net.parameters.some(({ kind, trainable }) => kind === "scale" && trainable);
  if (learnsScale && net.statistics.length === 0) {
    throw new OptionError(
      `Trainer.create: expected a net built with mode "training", got "${net.architecture}" with stored batch-norm statistics only.`,
    );
  }
}

function allParameters(net: Net, { distillation }: TrainerOptions): Parameter[] {
  return [...net.parameters, ...adapterParameters(net, distillation)];
}

/** Those that are to be handed over: the arrays themselves where they may be taken, else copies. */
function checkedParameters(
  architecture: string,
  expected: readonly Parameter[],
  parameters: ReadonlyMap<string, Tensor>,
  { takeParameters = false }: TrainerOptions,
): ParameterMap {
  const misfits: string[] = [];
  const copies: ParameterMap = new Map();
  for (const { name, shape } of expected) {
    const tensor = parameters.get(name);
    if (tensor?.type === "float32" && formatShape(tensor.shape) === formatShape(shape)) {
      const data = tensor.data as Float32Array;
      // A view of a larger buffer cannot be handed over alone.
      const isWhole = data.byteLength === data.buffer.byteLength;
      copies.set(name, { type: "float32", shape, data: takeParameters && isWhole ? data : data.slice() });
    } else {
      misfits.push(
        `${name}: ${formatShape(shape)} expected, ${tensor === undefined ? "missing" : `${tensor.type} ${formatShape(tensor.shape)}`}`,
      );
    }
  }
  if (misfits.length > 0) {
    throw new ShapeError(
      `Trainer.create: expected float32 parameters of "${architecture}", got ${misfits.length} that do not fit: ${misfits.join("; ")}.`,
    );
  }
  return copies;
}

function checkMemory(graph: Graph, trained: number, options: TrainerOptions, available: number | undefined): void {
  const need = {
    caller: "Trainer.create",
    name: graph.name,
    batch: options.batch ?? 1,
    estimate: (batch: number) => trainingGraphMemory(graph, trained, options, batch),
    otherwise: "Use a smaller input size or network.",
  };
  requireMemory(need, available);
}

function expectTensor(
  what: string,
  tensor: Tensor | undefined,
  type: string,
  shape: readonly (number | string | undefined)[],
): void {
  const wanted = `[${shape.join(", ")}]`;
  if (tensor?.type !== type || formatShape(tensor.shape) !== wanted) {
    const got = tensor === undefined ? "none" : `${tensor.type} ${formatShape(tensor.shape)}`;
    throw new ShapeError(`step: expected ${what} as ${type} ${wanted}, got ${got}.`);
  }
  const size = tensor.shape.reduce((product, dim) => product * dim, 1);
  if (tensor.data.length !== size) {
    throw new ShapeError(`step: expected ${size} numbers in ${what} of shape ${wanted}, got ${tensor.data.length}.`);
  }
}

/** One value a channel has no variance. */
function checkStatisticsCount(plan: StepPlan, images: number): void {
  const degenerate = plan.statistics.find(({ pixels }) => pixels * images < 2);
  if (degenerate !== undefined) {
    throw new OptionError(
      `step: expected at least 2 values a channel for batch norm at "${degenerate.layer}", got ${degenerate.pixels * images} (${images} image of ${degenerate.pixels} px). ` +
        "Use micro-batches of 2 or more images, or a larger input size.",
    );
  }
}

function checkLabels(labels: Int32Array, classes: number): void {
  for (const label of labels) {
    if ((label < 0 || label >= classes) && label !== VOID_LABEL) {
      throw new OptionError(
        `step: expected labels 0-${classes - 1} and ${VOID_LABEL} for void, got ${label}. Map it to a class or to void.`,
      );
    }
  }
}
