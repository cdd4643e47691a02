/**
 * One training step on a device: forward, backward and update run there, and parameters, solver arrays and gradients stay in its
 * memory from step to step. Only images, labels, the loss and the batch statistics (a few numbers a channel) are copied.
 */
import { BackendError } from "../errors.ts";
import type { Tensor } from "../onnx/index.ts";
import {
  type DeviceName,
  type DeviceTensor,
  type EngineOptions,
  EngineSession,
  type OrtModule,
} from "../runtime/index.ts";
import { averageShare } from "./average.ts";
import { BatchSessions } from "./batch-sessions.ts";
import { DeviceArithmetic, type ParameterSlots } from "./device-arithmetic.ts";
import { DeviceMemory, type OpenSession } from "./device-memory.ts";
import { LossSum } from "./loss-sum.ts";
import { estimateNetStatistics, runningNames, updateRunning } from "./net-statistics.ts";
import { describeNotFinite } from "./not-finite.ts";
import type { StepPlan } from "./plan.ts";
import { createSlots } from "./solver.ts";
import { stepFeeds } from "./step-feeds.ts";
import type { GradientResult, MicroBatch, ParameterMap, StepHost, StepResult, TrainerState } from "./step-host.ts";

type DeviceTensors = Map<string, DeviceTensor>;

interface Accumulated {
  readonly loss: number;
  readonly lossParts: ReadonlyMap<string, number>;
  /** Sums over the micro-batches, by parameter. */
  readonly gradients: DeviceTensors;
  readonly statistics: readonly { readonly outputs: Readonly<Record<string, Tensor>>; readonly count: number }[];
}

export class DeviceStepEngine implements StepHost {
  readonly #plan: StepPlan;
  readonly #sessions: BatchSessions;
  readonly #statisticsSessions: BatchSessions | undefined;
  readonly #memory: DeviceMemory;
  readonly #arithmetic: DeviceArithmetic;
  #parameters: DeviceTensors = new Map();
  #slots = new Map<string, readonly DeviceTensor[]>();
  #average: DeviceTensors = new Map();
  /** Running statistics, which no training graph reads: they are blended in this thread. */
  #running: ParameterMap = new Map();
  #step = 0;
  #broken = false;

  private constructor(plan: StepPlan, openSession: OpenSession) {
    this.#plan = plan;
    const gradients = plan.trained.map(({ gradient }) => gradient);
    this.#sessions = new BatchSessions(plan.model, false, (model) => openSession(model, gradients));
    const { statisticsModel } = plan;
    this.#statisticsSessions =
      statisticsModel === undefined
        ? undefined
        : new BatchSessions(statisticsModel, false, (model) => openSession(model, []));
    this.#memory = new DeviceMemory(openSession);
    this.#arithmetic = new DeviceArithmetic(plan.solver, openSession);
  }

  /** Copies the parameters to the device. */
  static async open(
    ort: OrtModule,
    plan: StepPlan,
    parameters: ParameterMap,
    options: EngineOptions,
    device: DeviceName,
  ): Promise<DeviceStepEngine> {
    const openSession: OpenSession = (model, keep) => EngineSession.open(ort, model, options, device, keep);
    const engine = new DeviceStepEngine(plan, openSession);
    const numbers = (name: string) => (parameters.get(name)?.data ?? new Float32Array()) as Float32Array;
    const averaged = plan.averageDecay === undefined ? [] : plan.trained;
    await engine.restore({
      step: 0,
      parameters,
      solver: new Map(plan.trained.map(({ name }) => [name, createSlots(plan.solver, numbers(name).length)])),
      average: new Map(averaged.map(({ name }) => [name, numbers(name)])),
    });
    return engine;
  }

  async step(batches: readonly MicroBatch[], learningRate: number, signal?: AbortSignal): Promise<StepResult> {
    const { loss, lossParts, gradients, statistics } = await this.#accumulate(batches, signal);
    const step = this.#step + 1;
    const keepAverage = averageShare(this.#plan.averageDecay ?? 0, step);
    this.#broken = true;
    for (const { name, lrMult, decayMult } of this.#plan.trained) {
      const settings = { learningRate, step, lrMult, decayMult, share: 1 / batches.length, keepAverage };
      const after = await this.#arithmetic.update(this.#slotsOf(name), required(gradients, name), settings);
      this.#parameters.set(name, after.weights);
      this.#slots.set(name, after.slots);
      if (after.average !== undefined) this.#average.set(name, after.average);
    }
    this.#broken = false;
    for (const { outputs, count } of statistics) updateRunning(this.#plan, this.#running, outputs, count);
    this.#step = step;
    return { loss, lossParts, step };
  }

  async gradients(batches: readonly MicroBatch[], signal?: AbortSignal): Promise<GradientResult> {
    const { loss, lossParts, gradients } = await this.#accumulate(batches, signal);
    return { loss, lossParts, gradients: await this.#downloadScaled(gradients, 1 / batches.length) };
  }

  async estimateStatistics(images: readonly Tensor[], averaged: boolean, signal?: AbortSignal): Promise<ParameterMap> {
    const parameters = this.#feeds(averaged);
    const run = async (input: Tensor) => {
      const session = await this.#statisticsSessions?.of(input.shape[0] ?? 1);
      return (await session?.runOnDevice({ ...parameters, input }))?.host ?? {};
    };
    return await estimateNetStatistics(this.#plan, this.#running, images, run, signal);
  }

  async assign(parameters: ParameterMap): Promise<void> {
    for (const [name, tensor] of parameters) {
      if (this.#running.has(name)) this.#running.set(name, copyOf(tensor));
      else await this.#replace(this.#parameters, name, tensor);
    }
  }

  async state(): Promise<TrainerState> {
    const state: TrainerState = { step: this.#step, parameters: new Map(), solver: new Map(), average: new Map() };
    for (const [name, tensor] of this.#running) state.parameters.set(name, copyOf(tensor));
    for (const [name, tensor] of this.#parameters) state.parameters.set(name, await this.#memory.download(tensor));
    for (const [name, slots] of this.#slots) {
      const arrays: Float32Array[] = [];
      for (const slot of slots) arrays.push(await this.#numbers(slot));
      state.solver.set(name, arrays);
    }
    for (const [name, tensor] of this.#average) state.average.set(name, await this.#numbers(tensor));
    return state;
  }

  /** Goes on from a state, which is copied. The trainer has checked that it fits. */
  async restore({ step, parameters, solver, average }: TrainerState): Promise<void> {
    this.#freeTensors();
    this.#running = new Map();
    const running = new Set(runningNames(this.#plan));
    for (const [name, tensor] of parameters) {
      if (running.has(name)) this.#running.set(name, copyOf(tensor));
      else this.#parameters.set(name, await this.#memory.upload(tensor));
    }
    const likeParameter = async (name: string, data: Float32Array): Promise<DeviceTensor> =>
      await this.#memory.upload({ type: "float32", shape: required(this.#parameters, name).shape, data });
    for (const [name, arrays] of solver) {
      const slots: DeviceTensor[] = [];
      for (const data of arrays) slots.push(await likeParameter(name, data));
      this.#slots.set(name, slots);
    }
    for (const [name, data] of average) this.#average.set(name, await likeParameter(name, data));
    this.#step = step;
    this.#broken = false;
  }

  async dispose(): Promise<void> {
    this.#freeTensors();
    for (const sessions of [this.#sessions, this.#statisticsSessions, this.#memory, this.#arithmetic])
      await sessions?.release();
  }

  async #accumulate(batches: readonly MicroBatch[], signal?: AbortSignal): Promise<Accumulated> {
    if (this.#broken)
      throw new BackendError(
        "step: expected parameters that are all of one step, got a device that failed during an update. Go on from the last checkpoint.",
      );
    const gradients: DeviceTensors = new Map();
    const statistics: { outputs: Record<string, Tensor>; count: number }[] = [];
    const sum = new LossSum(this.#plan, batches.length);
    try {
      for (const feeds of stepFeeds(this.#plan, batches)) {
        signal?.throwIfAborted();
        const count = feeds["input"]?.shape[0] ?? 1;
        const session = await this.#sessions.of(count);
        const { host, device } = await session.runOnDevice({ ...this.#feeds(false), ...feeds });
        sum.add(host);
        statistics.push({ outputs: host, count });
        for (const { name, gradient } of this.#plan.trained) await this.#addInto(gradients, name, device[gradient]);
      }
      signal?.throwIfAborted();
      if (!Number.isFinite(sum.loss)) throw new BackendError(await this.#describeNotFinite(sum.loss, gradients));
    } catch (error) {
      free(gradients);
      throw error;
    }
    return { loss: sum.loss, lossParts: sum.lossParts, gradients, statistics };
  }

  async #addInto(sums: DeviceTensors, name: string, gradient: DeviceTensor | undefined): Promise<void> {
    if (gradient === undefined) throw new BackendError(`step: expected a gradient of "${name}", got none.`);
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? gradient : await this.#arithmetic.add(sum, gradient));
  }

  async #describeNotFinite(loss: number, gradients: DeviceTensors): Promise<string> {
    const { parameters } = await this.state();
    return describeNotFinite(loss, await this.#downloadAll(gradients), parameters);
  }

  async #downloadScaled(tensors: DeviceTensors, factor: number): Promise<Map<string, Float32Array>> {
    const arrays = await this.#downloadAll(tensors);
    free(tensors);
    for (const array of arrays.values()) for (let i = 0; i < array.length; i++) array[i] = array[i]! * factor;
    return arrays;
  }

  async #downloadAll(tensors: DeviceTensors): Promise<Map<string, Float32Array>> {
    const arrays = new Map<string, Float32Array>();
    for (const [name, tensor] of tensors) arrays.set(name, await this.#numbers(tensor));
    return arrays;
  }

  async #numbers(tensor: DeviceTensor): Promise<Float32Array> {
    return (await this.#memory.download(tensor)).data as Float32Array;
  }

  async #replace(tensors: DeviceTensors, name: string, tensor: Tensor): Promise<void> {
    const uploaded = await this.#memory.upload(tensor);
    tensors.get(name)?.dispose();
    tensors.set(name, uploaded);
  }

  /** All parameters; trained ones as their moving average if that is asked for. */
  #feeds(averaged: boolean): Record<string, Tensor | DeviceTensor> {
    return Object.fromEntries([...this.#running, ...this.#parameters, ...(averaged ? this.#average : [])]);
  }

  #slotsOf(name: string): ParameterSlots {
    const slots = this.#slots.get(name) ?? [];
    return { weights: required(this.#parameters, name), slots, average: this.#average.get(name) };
  }

  #freeTensors(): void {
    free(this.#parameters);
    free(this.#average);
    for (const slots of this.#slots.values()) for (const slot of slots) slot.dispose();
    this.#slots.clear();
  }
}

function required(tensors: DeviceTensors, name: string): DeviceTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new BackendError(`step: expected "${name}" on the device, got none.`);
  return tensor;
}

function free(tensors: DeviceTensors): void {
  for (const tensor of tensors.values()) tensor.dispose();
  tensors.clear();
}

function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() };
}
