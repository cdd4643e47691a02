/**
 * One training step, in the thread that calls: gradients of each micro-batch from the runtime, averaged as Caffe does with
 * `iter_size`, then the update in place. Parameters stay here from step to step.
 */
import { BackendError } from "../errors.ts";
import type { Tensor } from "../onnx/index.ts";
import { type DeviceName, type EngineOptions, EngineSession, type OrtModule, type Tensors } from "../runtime/index.ts";
import { updateAverage } from "./average.ts";
import { BatchSessions } from "./batch-sessions.ts";
import { bindFrozen } from "./bind-frozen.ts";
import { FactorProduct } from "./factor-product.ts";
import { GradientSum } from "./gradient-sum.ts";
import { LossSum } from "./loss-sum.ts";
import { estimateNetStatistics, runningNames, updateRunning } from "./net-statistics.ts";
import { describeNotFinite } from "./not-finite.ts";
import type { StepPlan } from "./plan.ts";
import { createSlots, slotCount, updateParameter } from "./solver.ts";
import { stepFeeds } from "./step-feeds.ts";
import type { GradientResult, MicroBatch, ParameterMap, StepHost, StepResult, TrainerState } from "./step-host.ts";

export class StepEngine implements StepHost {
  readonly #plan: StepPlan;
  readonly #sessions: BatchSessions;
  readonly #statisticsSessions: BatchSessions | undefined;
  readonly #product: FactorProduct;
  /** Names that the graphs hold the numbers of; a runtime may refuse to be fed them. */
  readonly #frozen: ReadonlySet<string>;
  #parameters: ParameterMap;
  #slots: Map<string, Float32Array[]>;
  #average: Map<string, Float32Array>;
  #step = 0;

  private constructor(
    plan: StepPlan,
    sessions: BatchSessions,
    statisticsSessions: BatchSessions | undefined,
    product: FactorProduct,
    parameters: ParameterMap,
  ) {
    this.#plan = plan;
    this.#sessions = sessions;
    this.#statisticsSessions = statisticsSessions;
    this.#product = product;
    this.#frozen = new Set(frozenParameters(plan, parameters).keys());
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
    device: DeviceName,
  ): Promise<StepEngine> {
    const symbolic = device === "cpu" || device === "wasm";
    const open = (model: Uint8Array): Promise<EngineSession> => EngineSession.open(ort, model, options, device);
    const frozen = frozenParameters(plan, parameters);
    const sessions = new BatchSessions(bindFrozen(plan.model, frozen), symbolic, open);
    // What the runtime refuses, it refuses now.
    if (symbolic) await sessions.of(1);
    const { statisticsModel } = plan;
    const statistics =
      statisticsModel === undefined
        ? undefined
        : new BatchSessions(bindFrozen(statisticsModel, frozen), symbolic, open);
    return new StepEngine(plan, sessions, statistics, new FactorProduct(open), parameters);
  }

  async step(batches: readonly MicroBatch[], learningRate: number, signal?: AbortSignal): Promise<StepResult> {
    const { loss, lossParts, gradients, statistics } = await this.#accumulate(batches, signal);
    const step = this.#step + 1;
    for (const { name, lrMult, decayMult } of this.#plan.trained) {
      const [weights, slots] = [this.#data(name), this.#slots.get(name) ?? []];
      for await (const { offset, data: gradient } of gradients.pieces(name)) {
        const part = (array: Float32Array) => array.subarray(offset, offset + gradient.length);
        const settings = { learningRate, step, lrMult, decayMult };
        updateParameter(this.#plan.solver, part(weights), gradient, slots.map(part), settings);
      }
    }
    const decay = this.#plan.averageDecay ?? 0;
    for (const [name, average] of this.#average) updateAverage(average, this.#data(name), decay, step);
    for (const { outputs, count } of statistics) updateRunning(this.#plan, this.#parameters, outputs, count);
    this.#step = step;
    return { loss, lossParts, step };
  }

  async gradients(batches: readonly MicroBatch[], signal?: AbortSignal): Promise<GradientResult> {
    const { loss, lossParts, gradients: sum } = await this.#accumulate(batches, signal);
    const gradients = new Map<string, Float32Array>();
    for (const { name } of this.#plan.trained) {
      const whole = new Float32Array(this.#data(name).length);
      for await (const { offset, data } of sum.pieces(name)) whole.set(data, offset);
      gradients.set(name, whole);
    }
    return { loss, lossParts, gradients };
  }

  async estimateStatistics(images: readonly Tensor[], averaged: boolean, signal?: AbortSignal): Promise<ParameterMap> {
    const parameters = this.#fed();
    if (averaged) for (const [name, data] of this.#average) parameters[name] = { ...this.#tensor(name), data };
    const run = async (input: Tensor) => {
      const session = await this.#statisticsSessions?.of(input.shape[0] ?? 1);
      return (await session?.run({ ...parameters, input })) ?? {};
    };
    return await estimateNetStatistics(this.#plan, this.#parameters, images, run, signal);
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
  async restore(state: TrainerState): Promise<void> {
    const { parameters, solver, average } = copyState(state);
    const frozen = frozenParameters(this.#plan, parameters);
    if (!haveSameNumbers(frozen, this.#parameters)) {
      await this.#sessions.replace(bindFrozen(this.#plan.model, frozen));
      const { statisticsModel } = this.#plan;
      if (statisticsModel !== undefined) await this.#statisticsSessions?.replace(bindFrozen(statisticsModel, frozen));
    }
    this.#step = state.step;
    this.#parameters = parameters;
    this.#slots = solver;
    this.#average = average;
  }

  async dispose(): Promise<void> {
    await this.#sessions.release();
    await this.#statisticsSessions?.release();
    await this.#product.release();
    this.#parameters.clear();
    this.#slots.clear();
    this.#average.clear();
  }

  async #accumulate(batches: readonly MicroBatch[], signal?: AbortSignal): Promise<Accumulated> {
    const gradients = new GradientSum(this.#plan, this.#product);
    const statistics: BatchOfStatistics[] = [];
    const sum = new LossSum(this.#plan, batches.length);
    for (const feeds of stepFeeds(this.#plan, batches)) {
      signal?.throwIfAborted();
      const count = feeds["input"]?.shape[0] ?? 1;
      const session = await this.#sessions.of(count);
      const outputs = await session.run({ ...this.#fed(), ...feeds });
      sum.add(outputs);
      gradients.add(outputs);
      statistics.push({ outputs: statisticsOf(this.#plan, outputs), count });
    }
    signal?.throwIfAborted();
    const { loss, lossParts } = sum;
    if (!Number.isFinite(loss)) throw new BackendError(describeNotFinite(loss, gradients.arrays(), this.#parameters));
    return { loss, lossParts, gradients, statistics };
  }

  /** The parameters that are fed at each run. */
  #fed(): Record<string, Tensor> {
    return Object.fromEntries([...this.#parameters].filter(([name]) => !this.#frozen.has(name)));
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

/** What no step changes: neither trained nor running statistics. */
function frozenParameters(plan: StepPlan, parameters: ParameterMap): ParameterMap {
  const changing = new Set([...plan.trained.map(({ name }) => name), ...runningNames(plan)]);
  return new Map([...parameters].filter(([name]) => !changing.has(name)));
}

function haveSameNumbers(some: ParameterMap, all: ParameterMap): boolean {
  return [...some].every(([name, { data }]) => {
    const other = all.get(name)?.data;
    return other !== undefined && data.every((value, i) => Object.is(value, other[i]));
  });
}

/** Without the gradients, so that these are not kept. */
function statisticsOf({ statistics }: StepPlan, outputs: Tensors): Tensors {
  const names = new Set(statistics.flatMap(({ mean, variance }) => [mean, variance]));
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => names.has(name)));
}

function copyState({ parameters, solver, average }: Omit<TrainerState, "step">): Omit<TrainerState, "step"> {
  return {
    parameters: new Map([...parameters].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }])),
    solver: new Map([...solver].map(([name, slots]) => [name, slots.map((slot) => slot.slice())])),
    average: new Map([...average].map(([name, data]) => [name, data.slice()])),
  };
}

interface Accumulated extends Omit<GradientResult, "gradients"> {
  readonly gradients: GradientSum;
  readonly statistics: readonly BatchOfStatistics[];
}

interface BatchOfStatistics {
  readonly outputs: Tensors;
  /** Images in the micro-batch. */
  readonly count: number;
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
