/** Update rules, in place on the parameters: SGD with momentum as Caffe writes it, and AdamW. */
import { OptionError, ShapeError } from "../errors.ts";
import { adamWLoop, sgdLoop } from "../kernels/index.ts";

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
 * @throws {ShapeError} if the arrays have different lengths. @throws {OptionError} if there are more or fewer than the solver has.
 */
export function updateParameter(
  solver: Solver,
  weights: Float32Array,
  gradient: Float32Array,
  slots: readonly Float32Array[],
  step: UpdateStep,
): void {
  for (const { length } of [gradient, ...slots])
    if (length !== weights.length)
      throw new ShapeError(`updateParameter: expected ${weights.length} numbers in every array, got ${length}.`);
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
  sgdLoop(weights, velocity, gradient, { momentum, rate, decay: weightDecay * step.decayMult });
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
  adamWLoop(weights, mean, square, gradient, {
    beta1,
    beta2,
    epsilon,
    keep,
    rate: rate / (1 - beta1 ** step.step),
    correction: 1 / (1 - beta2 ** step.step),
  });
}
