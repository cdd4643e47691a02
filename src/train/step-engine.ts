/**
 * One training step, in the thread that calls: gradients of each micro-batch from the runtime, averaged as Caffe does with
 * `iter_size`, then the update in place. Parameters stay here from step to step.
 */
import { BackendError } from "../errors.ts";
import type { Tensor } from "../onnx/index.ts";
import { type EngineOptions, EngineSession, type OrtModule } from "../runtime/index.ts";
import { updateAverage } from "./average.ts";
import { type BatchShare, batchShares } from "./batch-shares.ts";
import type { StepPlan } from "./plan.ts";
import { createSlots, slotCount, updateParameter } from "./solver.ts";
import { blendStatistics, PooledStatistics, unbiasedCorrection } from "./statistics.ts";

export interface MicroBatch {
  /** BGR minus mean, float32 `[n, 3, h, w]`. */
  readonly images: Tensor;
  /** int32 `[n, h, w]`; 255 is void. */
  readonly labels: Tensor;
  /** What the teacher puts out for the images, by the names of its outputs; none without distillation. */
  readonly teacher?: Readonly<Record<string, Tensor>>;
}

export type ParameterMap = Map<string, Tensor>;

/** Everything that the next step depends on; plain data. */
export interface TrainerState {
  /** Steps done. */
  readonly step: number;
  /** Weights, biases, batch-norm scales and shifts, running statistics, and adapters. */
  readonly parameters: ParameterMap;
  /** The solver's arrays by parameter. */
  readonly solver: Map<string, Float32Array[]>;
  /** The moving average of the trained parameters; empty if none is kept. */
  readonly average: Map<string, Float32Array>;
}

export interface GradientResult {
  /** Mean loss of the micro-batches. */
  readonly loss: number;
  /** What it is the sum of, by name; empty where it has one part only. */
  readonly lossParts: ReadonlyMap<string, number>;
  readonly gradients: Map<string, Float32Array>;
}

export interface StepResult {
  /** Mean loss of the micro-batches, before the update. */
  readonly loss: number;
  /** What it is the sum of, by name; empty where it has one part only. */
  readonly lossParts: ReadonlyMap<string, number>;
  /** Steps done, this one included. */
  readonly step: number;
}

/** What a thread that trains answers to; the same in this thread and across a port. */
export interface StepHost {
  step(batches: readonly MicroBatch[], learningRate: number, signal?: AbortSignal): Promise<StepResult>;
  /** Gradients averaged over the micro-batches, without an update; running statistics stay too. */
  gradients(batches: readonly MicroBatch[], signal?: AbortSignal): Promise<GradientResult>;
  /** Statistics over the union of some batches of images, with the weights (or their average) fixed; nothing is changed. */
  estimateStatistics(images: readonly Tensor[], averaged: boolean, signal?: AbortSignal): Promise<ParameterMap>;
  /** Replaces parameters by name. */
  assign(parameters: ParameterMap): Promise<void>;
  state(): Promise<TrainerState>;
  restore(state: TrainerState): Promise<void>;
  dispose(): Promise<void>;
}

export class StepEngine implements StepHost {
  readonly #plan: StepPlan;
  readonly #session: EngineSession;
  readonly #openSession: (model: Uint8Array) => Promise<EngineSession>;
  #statisticsSession: EngineSession | undefined;
  #parameters: ParameterMap;
  #slots: Map<string, Float32Array[]>;
  #average: Map<string, Float32Array>;
  #step = 0;

  private constructor(
    plan: StepPlan,
    session: EngineSession,
    openSession: (model: Uint8Array) => Promise<EngineSession>,
    parameters: ParameterMap,
  ) {
    this.#plan = plan;
    this.#session = session;
    this.#openSession = openSession;
    this.#parameters = parameters;
    const averaged = plan.averageDecay === undefined ? [] : plan.trained;
    this.#average = new Map(averaged.map(({ name }) => [name, this.#data(name).slice()]));
    this.#slots = new Map(plan.trained.map(({ name }) => [name, createSlots(plan.solver, this.#data(name).length)]));
  }

  /** Takes the parameters over: they are changed in place. */
  static async open(
    ort: OrtModule,
    plan: StepPlan,
    parameters: ParameterMap,
    options: EngineOptions,
    providers: readonly string[],
  ): Promise<StepEngine> {
    const openSession = (model: Uint8Array): Promise<EngineSession> =>
      EngineSession.open(ort, model, options, providers);
    return new StepEngine(plan, await openSession(plan.model), openSession, parameters);
  }

  async step(batches: readonly MicroBatch[], learningRate: number, signal?: AbortSignal): Promise<StepResult> {
    const { loss, lossParts, gradients, statistics } = await this.#accumulate(batches, signal);
    const step = this.#step + 1;
    for (const { name, lrMult, decayMult } of this.#plan.trained) {
      const [gradient, slots] = [gradients.get(name), this.#slots.get(name)];
      if (gradient === undefined || slots === undefined)
        throw new BackendError(`step: expected a gradient of "${name}", got none.`);
      updateParameter(this.#plan.solver, this.#data(name), gradient, slots, { learningRate, step, lrMult, decayMult });
    }
    const decay = this.#plan.averageDecay ?? 0;
    for (const [name, average] of this.#average) updateAverage(average, this.#data(name), decay, step);
    for (const batch of statistics) this.#updateStatistics(batch);
    this.#step = step;
    return { loss, lossParts, step };
  }

  async gradients(batches: readonly MicroBatch[], signal?: AbortSignal): Promise<GradientResult> {
    const { loss, lossParts, gradients } = await this.#accumulate(batches, signal);
    return { loss, lossParts, gradients };
  }

  async estimateStatistics(images: readonly Tensor[], averaged: boolean, signal?: AbortSignal): Promise<ParameterMap> {
    const { statisticsModel, statistics } = this.#plan;
    const pooled = statistics.map(({ layer }) => new PooledStatistics(this.#data(`${layer}.running_mean`).length));
    if (statisticsModel !== undefined) this.#statisticsSession ??= await this.#openSession(statisticsModel);
    const parameters = Object.fromEntries(this.#parameters);
    if (averaged) for (const [name, data] of this.#average) parameters[name] = { ...this.#tensor(name), data };
    for (const input of images) {
      signal?.throwIfAborted();
      const outputs = (await this.#statisticsSession?.run({ ...parameters, input })) ?? {};
      statistics.forEach(({ mean, variance, pixels }, index) => {
        const elements = pixels * (input.shape[0] ?? 1);
        pooled[index]?.add(outputs[mean]?.data as Float32Array, outputs[variance]?.data as Float32Array, elements);
      });
    }
    const tensors = statistics.flatMap(({ layer }, index): [string, Float32Array][] => [
      [`${layer}.running_mean`, pooled[index]?.mean() ?? new Float32Array()],
      [`${layer}.running_var`, pooled[index]?.variance() ?? new Float32Array()],
    ]);
    return new Map(tensors.map(([name, data]) => [name, { ...this.#tensor(name), data }]));
  }

  assign(parameters: ParameterMap): Promise<void> {
    for (const [name, tensor] of parameters) this.#data(name).set(tensor.data as Float32Array);
    return Promise.resolve();
  }

  state(): Promise<TrainerState> {
    const { parameters, solver, average } = copyState({
      parameters: this.#parameters,
      solver: this.#slots,
      average: this.#average,
    });
    return Promise.resolve({ step: this.#step, parameters, solver, average });
  }

  /** Goes on from a state, which is copied. The trainer has checked that it fits. */
  restore(state: TrainerState): Promise<void> {
    const { parameters, solver, average } = copyState(state);
    this.#step = state.step;
    this.#parameters = parameters;
    this.#slots = solver;
    this.#average = average;
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    await this.#session.release();
    await this.#statisticsSession?.release();
    this.#parameters.clear();
    this.#slots.clear();
    this.#average.clear();
  }

  async #accumulate(
    batches: readonly MicroBatch[],
    signal?: AbortSignal,
  ): Promise<GradientResult & { statistics: BatchOfStatistics[] }> {
    const gradients = new Map<string, Float32Array>();
    const statistics: BatchOfStatistics[] = [];
    let loss = 0;
    const lossParts = new Map<string, number>();
    const shares = this.#plan.shares === undefined ? [] : batchShares(batches, this.#plan.classWeights);
    for (const [i, batch] of batches.entries()) {
      signal?.throwIfAborted();
      const { images, labels } = batch;
      const extra = { ...this.#teacherFeeds(batch), ...this.#shareFeeds(shares[i]) };
      const feeds = { ...Object.fromEntries(this.#parameters), ...extra, input: images, labels };
      const outputs = await this.#session.run(feeds);
      const part = (output: string): number => Number(outputs[output]?.data[0] ?? Number.NaN) / batches.length;
      loss += part(this.#plan.loss);
      for (const [name, output] of this.#plan.lossParts) lossParts.set(name, (lossParts.get(name) ?? 0) + part(output));
      statistics.push({ outputs, count: images.shape[0] ?? 1 });
      for (const { name, gradient } of this.#plan.trained) {
        addInto(gradients, name, outputs[gradient]?.data as Float32Array);
        delete outputs[gradient];
      }
    }
    signal?.throwIfAborted();
    if (!Number.isFinite(loss)) throw new BackendError(describeNotFinite(loss, gradients, this.#parameters));
    if (batches.length > 1) for (const gradient of gradients.values()) scale(gradient, 1 / batches.length);
    return { loss, lossParts, gradients, statistics };
  }

  #teacherFeeds({ teacher = {} }: MicroBatch): Record<string, Tensor> {
    return Object.fromEntries(
      [...this.#plan.teacherInputs].flatMap(([output, input]) => {
        const tensor = teacher[output];
        return tensor === undefined ? [] : [[input, tensor]];
      }),
    );
  }

  #shareFeeds(share: BatchShare | undefined): Record<string, Tensor> {
    const { shares } = this.#plan;
    if (shares === undefined || share === undefined) return {};
    const scalar = (value: number): Tensor => ({ type: "float32", shape: [], data: Float32Array.of(value) });
    return {
      [shares.labels]: scalar(share.labels),
      ...(shares.images === undefined ? {} : { [shares.images]: scalar(share.images) }),
    };
  }

  /** r <- (1 - m) r + m batch, with the unbiased variance, as PyTorch does. */
  #updateStatistics({ outputs, count }: BatchOfStatistics): void {
    const share = this.#plan.statisticsMomentum;
    for (const { layer, mean, variance, pixels } of this.#plan.statistics) {
      blendStatistics(this.#data(`${layer}.running_mean`), outputs[mean]?.data as Float32Array, share);
      blendStatistics(
        this.#data(`${layer}.running_var`),
        outputs[variance]?.data as Float32Array,
        share,
        unbiasedCorrection(count * pixels),
      );
    }
  }

  #tensor(name: string): Tensor {
    const tensor = this.#parameters.get(name);
    if (!(tensor?.data instanceof Float32Array)) {
      throw new BackendError(`step: expected float32 numbers for "${name}", got none.`);
    }
    return tensor;
  }

  #data(name: string): Float32Array {
    return this.#tensor(name).data as Float32Array;
  }
}

function copyState({ parameters, solver, average }: Omit<TrainerState, "step">): Omit<TrainerState, "step"> {
  return {
    parameters: new Map([...parameters].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }])),
    solver: new Map([...solver].map(([name, slots]) => [name, slots.map((slot) => slot.slice())])),
    average: new Map([...average].map(([name, data]) => [name, data.slice()])),
  };
}

interface BatchOfStatistics {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Images in the micro-batch. */
  readonly count: number;
}

/** Names the first layer whose numbers went wrong: in the weights, else in the gradients. */
function describeNotFinite(
  loss: number,
  gradients: ReadonlyMap<string, Float32Array>,
  parameters: ParameterMap,
): string {
  const isBroken = (data: ArrayLike<number | bigint>) =>
    Array.prototype.some.call(data, (value) => !Number.isFinite(value));
  const weight = [...parameters].find(([, { data }]) => isBroken(data))?.[0];
  const gradient = [...gradients].find(([, data]) => isBroken(data))?.[0];
  const where =
    weight !== undefined
      ? `the parameter "${weight}" is not finite`
      : gradient !== undefined
        ? `the gradient of "${gradient}" is not finite`
        : "all parameters are finite";
  return `step: expected a finite loss, got ${loss}; ${where}. Lower the learning rate or go back to an earlier state.`;
}

/** The runtime's own output array becomes the sum: no copy for the first micro-batch. */
function addInto(sums: Map<string, Float32Array>, name: string, gradient: Float32Array): void {
  const sum = sums.get(name);
  if (sum === undefined) sums.set(name, gradient);
  else for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + gradient[i]!;
}

function scale(array: Float32Array, factor: number): void {
  for (let i = 0; i < array.length; i++) array[i] = array[i]! * factor;
}

/** Whether a state's arrays have the lengths that the parameters and the solver ask for; names the first that does not. */
export function findMisfit(
  plan: StepPlan,
  expected: ReadonlyMap<string, readonly number[]>,
  state: TrainerState,
): string | undefined {
  for (const [name, shape] of expected) {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const got = state.parameters.get(name)?.data.length;
    if (got !== size) return `${size} numbers for "${name}", got ${got ?? "none"}`;
  }
  for (const { name } of plan.trained) {
    const slots = state.solver.get(name);
    const size = state.parameters.get(name)?.data.length;
    if (slots?.length !== slotCount(plan.solver))
      return `${slotCount(plan.solver)} solver arrays for "${name}", got ${slots?.length ?? "none"}`;
    if (slots.some((slot) => slot.length !== size))
      return `solver arrays of ${size} numbers for "${name}", got ${slots.map((slot) => slot.length).join(" and ")}`;
    const average = plan.averageDecay === undefined ? undefined : (state.average.get(name)?.length ?? "none");
    if (average !== undefined && average !== size)
      return `a moving average of ${size} numbers for "${name}", got ${average}`;
  }
  return undefined;
}
