/** Update rules, in place on the parameters: SGD with momentum as Caffe writes it, and AdamW. */
import { OptionError } from "../errors.ts";

export interface SgdSolver {
  readonly type: "sgd";
  readonly momentum: number;
  readonly weightDecay: number;
}

export interface AdamWSolver {
  readonly type: "adamw";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export type Solver = SgdSolver | AdamWSolver;

/** The solver of the paper, section 4.2. */
export const PAPER_SGD: SgdSolver = Object.freeze({ type: "sgd", momentum: 0.9, weightDecay: 0.0005 });

export const ADAMW_DEFAULTS: AdamWSolver = Object.freeze({
  type: "adamw",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
});

/** How fast one parameter learns, relative to the solver's settings; after Caffe's `lr_mult` and `decay_mult`. */
export interface Multipliers {
  readonly lrMult: number;
  readonly decayMult: number;
}

/** One step's settings. */
export interface UpdateStep extends Multipliers {
  readonly learningRate: number;
  /** Counts from 1; AdamW corrects its averages by it. */
  readonly step: number;
}

/** The arrays that a solver keeps for one parameter: SGD its velocity, AdamW the averages of gradient and square. */
export function createSlots(solver: Solver, length: number): Float32Array[] {
  return Array.from({ length: slotCount(solver) }, () => new Float32Array(length));
}

export function slotCount(solver: Solver): number {
  return solver.type === "sgd" ? 1 : 2;
}

/** @throws {OptionError} if a setting is outside its range. */
export function checkSolver(solver: Solver): void {
  const within = (name: string, value: number, low: number, high: number) => {
    if (!(value >= low && value < high))
      throw new OptionError(`solver: expected ${name} from ${low} to below ${high}, got ${value}.`);
  };
  within("weightDecay", solver.weightDecay, 0, 1);
  if (solver.type === "sgd") within("momentum", solver.momentum, 0, 1);
  else {
    within("beta1", solver.beta1, 0, 1);
    within("beta2", solver.beta2, 0, 1);
    within("epsilon", solver.epsilon, Number.MIN_VALUE, 1);
  }
}

/**
 * Updates one parameter in place.
 *
 * @param weights - float32, changed.
 * @param gradient - float32, as long as the weights.
 * @param slots - The solver's arrays for this parameter, changed.
 */
export function updateParameter(
  solver: Solver,
  weights: Float32Array,
  gradient: Float32Array,
  slots: readonly Float32Array[],
  step: UpdateStep,
): void {
  const [first, second] = slots;
  if (solver.type === "sgd" && first !== undefined) updateSgd(solver, weights, gradient, first, step);
  else if (solver.type === "adamw" && first !== undefined && second !== undefined)
    updateAdamW(solver, weights, gradient, first, second, step);
  else
    throw new OptionError(
      `updateParameter: expected ${slotCount(solver)} arrays of the ${solver.type} solver, got ${slots.length}.`,
    );
}

/** v <- momentum v + lr lrMult (g + decay decayMult w); w <- w - v */
function updateSgd(
  { momentum, weightDecay }: SgdSolver,
  weights: Float32Array,
  gradient: Float32Array,
  velocity: Float32Array,
  step: UpdateStep,
): void {
  const rate = step.learningRate * step.lrMult;
  const decay = weightDecay * step.decayMult;
  for (let i = 0; i < weights.length; i++) {
    const v = momentum * velocity[i]! + rate * (gradient[i]! + decay * weights[i]!);
    velocity[i] = v;
    weights[i] = weights[i]! - v;
  }
}

/** @see Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019, algorithm 2. */
function updateAdamW(
  solver: AdamWSolver,
  weights: Float32Array,
  gradient: Float32Array,
  mean: Float32Array,
  square: Float32Array,
  step: UpdateStep,
): void {
  const { beta1, beta2, epsilon, weightDecay } = solver;
  const rate = step.learningRate * step.lrMult;
  const keep = 1 - rate * weightDecay * step.decayMult;
  const correctedRate = rate / (1 - beta1 ** step.step);
  const squareCorrection = 1 / (1 - beta2 ** step.step);
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]!;
    const m = beta1 * mean[i]! + (1 - beta1) * g;
    const s = beta2 * square[i]! + (1 - beta2) * g * g;
    mean[i] = m;
    square[i] = s;
    weights[i] = keep * weights[i]! - (correctedRate * m) / (Math.sqrt(s * squareCorrection) + epsilon);
  }
}
