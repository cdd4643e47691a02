/** The solver's update and the sum of gradients as graphs, for parameters that stay in a device's memory. */
import { encodeModel, type Graph, GraphBuilder, type Tensor, type ValueInfo } from "../onnx/index.ts";
import type { DeviceTensor, EngineSession } from "../runtime/index.ts";
import { type OpenSession, symbolicShape } from "./device-memory.ts";
import { type Solver, slotCount, type UpdateStep } from "./solver.ts";
import { scalar } from "./step-feeds.ts";

/** What belongs to one parameter. */
export interface ParameterSlots {
  readonly weights: DeviceTensor;
  readonly slots: readonly DeviceTensor[];
  /** The moving average of the weights, if one is kept. */
  readonly average: DeviceTensor | undefined;
}

export interface DeviceUpdateStep extends UpdateStep {
  /** What the summed gradient is multiplied with: one over the number of micro-batches. */
  readonly share: number;
  /** Share of the old average. */
  readonly keepAverage: number;
}

/** One session for each number of axes serves parameters of every size. */
export class DeviceArithmetic {
  readonly #solver: Solver;
  readonly #open: OpenSession;
  readonly #sessions = new Map<string, EngineSession>();

  constructor(solver: Solver, open: OpenSession) {
    this.#solver = solver;
    this.#open = open;
  }

  /** The sum; the summands are freed. */
  async add(a: DeviceTensor, b: DeviceTensor): Promise<DeviceTensor> {
    const session = await this.#session(`add/${a.shape.length}`, () => sumGraph(a.shape.length));
    const { sum } = (await session.runOnDevice({ a, b })).device;
    for (const summand of [a, b]) summand.dispose();
    return sum as DeviceTensor;
  }

  /** The parameter after a step; what it was before, and the gradient, are freed. */
  async update(before: ParameterSlots, gradient: DeviceTensor, step: DeviceUpdateStep): Promise<ParameterSlots> {
    const { weights, slots, average } = before;
    const rank = weights.shape.length;
    const averaged = average !== undefined;
    const session = await this.#session(`update/${rank}/${averaged}`, () => updateGraph(this.#solver, rank, averaged));
    const feeds: Record<string, Tensor | DeviceTensor> = { weights, gradient, ...stepScalars(this.#solver, step) };
    for (const [i, slot] of slots.entries()) feeds[`slot${i}`] = slot;
    if (average !== undefined) {
      feeds["average"] = average;
      feeds["keepAverage"] = scalar(step.keepAverage);
    }
    const { device } = await session.runOnDevice(feeds);
    for (const old of [weights, gradient, ...slots, ...(average === undefined ? [] : [average])]) old.dispose();
    return {
      weights: device["weightsAfter"] as DeviceTensor,
      slots: slots.map((_, i) => device[`slot${i}After`] as DeviceTensor),
      average: device["averageAfter"],
    };
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await session.release();
    this.#sessions.clear();
  }

  async #session(key: string, build: () => Graph): Promise<EngineSession> {
    const existing = this.#sessions.get(key);
    if (existing !== undefined) return existing;
    const graph = build();
    const session = await this.#open(encodeModel(graph), graph.outputs);
    this.#sessions.set(key, session);
    return session;
  }
}

function sumGraph(rank: number): Graph {
  const g = new GraphBuilder("sum");
  const [a, b] = [g.input("a", "float32", symbolicShape(rank)), g.input("b", "float32", symbolicShape(rank))];
  g.output(g.op("Add", [a, b], {}, { name: "sum" }));
  return g.build();
}

/** The numbers of a step that the update's graph is fed, computed here in float64. */
export function stepScalars(solver: Solver, step: DeviceUpdateStep): Record<string, Tensor> {
  const rate = step.learningRate * step.lrMult;
  const decay = solver.weightDecay * step.decayMult;
  const numbers =
    solver.type === "sgd"
      ? { rate, decay }
      : {
          keep: 1 - rate * decay,
          rate: rate / (1 - solver.beta1 ** step.step),
          squareCorrection: 1 / (1 - solver.beta2 ** step.step),
        };
  return Object.fromEntries(
    Object.entries({ ...numbers, share: step.share }).map(([name, value]) => [name, scalar(value)]),
  );
}

/** The formulas of solver.ts; inputs `weights`, `gradient`, `slot0`..., outputs with `After` behind the name. */
export function updateGraph(solver: Solver, rank: number, averaged: boolean): Graph {
  const g = new GraphBuilder("update");
  const array = (name: string) => g.input(name, "float32", symbolicShape(rank));
  const number = (name: string) => g.input(name, "float32", []);
  const weights = array("weights");
  const gradient = g.mul(array("gradient"), number("share"));
  const slots = Array.from({ length: slotCount(solver) }, (_, i) => array(`slot${i}`)) as [ValueInfo, ValueInfo];
  const after =
    solver.type === "sgd"
      ? sgd(g, solver.momentum, { weights, gradient, velocity: slots[0] }, number)
      : adamW(g, solver, { weights, gradient, mean: slots[0], square: slots[1] }, number);
  g.output(after);
  for (const i of slots.keys()) g.output(g.value(`slot${i}After`));
  if (averaged) {
    const [average, keep] = [array("average"), number("keepAverage")];
    const old = g.mul(keep, average);
    g.output(g.op("Add", [old, g.mul(g.sub(g.scalar(1), keep), after)], {}, { name: "averageAfter" }));
  }
  return g.build();
}

function sgd(
  g: GraphBuilder,
  momentum: number,
  x: Readonly<Record<"weights" | "gradient" | "velocity", ValueInfo>>,
  number: (name: string) => ValueInfo,
): ValueInfo {
  const [rate, decay] = [number("rate"), number("decay")];
  const push = g.mul(rate, g.add(x.gradient, g.mul(decay, x.weights)));
  const velocity = g.op("Add", [g.mul(g.scalar(momentum), x.velocity), push], {}, { name: "slot0After" });
  return g.op("Sub", [x.weights, velocity], {}, { name: "weightsAfter" });
}

function adamW(
  g: GraphBuilder,
  { beta1, beta2, epsilon }: Extract<Solver, { type: "adamw" }>,
  x: Readonly<Record<"weights" | "gradient" | "mean" | "square", ValueInfo>>,
  number: (name: string) => ValueInfo,
): ValueInfo {
  const [keep, rate, squareCorrection] = [number("keep"), number("rate"), number("squareCorrection")];
  const blend = (old: ValueInfo, share: number, value: ValueInfo, name: string): ValueInfo =>
    g.op("Add", [g.mul(g.scalar(share), old), g.mul(g.scalar(1 - share), value)], {}, { name });
  const mean = blend(x.mean, beta1, x.gradient, "slot0After");
  const square = blend(x.square, beta2, g.mul(x.gradient, x.gradient), "slot1After");
  const deviation = g.add(g.op("Sqrt", [g.mul(square, squareCorrection)]), g.scalar(epsilon));
  const push = g.div(g.mul(rate, mean), deviation);
  return g.op("Sub", [g.mul(keep, x.weights), push], {}, { name: "weightsAfter" });
}
