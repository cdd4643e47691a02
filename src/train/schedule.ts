/** Learning rates over the course of a training, as a function of the samples seen, so that batch sizes do not change them. */
import { OptionError } from "../errors.ts";

export interface Schedule {
  readonly type: "step" | "poly" | "cosine" | "plateau";
  /** The highest rate. */
  readonly learningRate: number;
  /** Samples over which the rate rises linearly from 0. */
  readonly warmup: number;
  /** `step`: samples after which the rate is multiplied by `gamma`, again and again. */
  readonly stepSize: number;
  /** `plateau`: validations without a better one after which the rate is multiplied by `gamma`. */
  readonly patience: number;
  /** `step`, `plateau`: the factor. */
  readonly gamma: number;
  /** `poly`: the exponent of the share that is left. */
  readonly power: number;
  /** `cosine`, `poly`: the rate at the end, as a share of the highest; `plateau`: the lowest. */
  readonly floor: number;
}

export const SCHEDULE_DEFAULTS: Schedule = Object.freeze({
  type: "cosine",
  learningRate: 0.001,
  warmup: 500,
  stepSize: 10000,
  patience: 3,
  gamma: 0.1,
  power: 0.9,
  floor: 0.01,
});

/**
 * The learning rate for the batch that starts at sample `position` of `total`.
 *
 * @param start - Where the warm-up begins: a training that goes on from a model has a new solver state.
 * @param reductions - `plateau`: how often the rate was reduced before.
 * @throws {OptionError} if the position lies outside the training.
 */
export function learningRateAt(schedule: Schedule, position: number, total: number, start = 0, reductions = 0): number {
  if (!(position >= 0 && position <= total)) {
    throw new OptionError(`learningRateAt: expected a position from 0 to ${total}, got ${position}.`);
  }
  const { learningRate, warmup } = schedule;
  const rising = warmup > 0 ? Math.min(1, (position - start + 1) / warmup) : 1;
  return learningRate * rising * shareAt(schedule, position / total, position, reductions);
}

function shareAt(
  { type, stepSize, gamma, power, floor }: Schedule,
  done: number,
  position: number,
  reductions: number,
): number {
  if (type === "plateau") return Math.max(floor, gamma ** reductions);
  if (type === "step") return gamma ** Math.floor(position / stepSize);
  if (type === "poly") return floor + (1 - floor) * (1 - done) ** power;
  return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * done));
}
