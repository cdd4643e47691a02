/** The moving average of the weights: smoother than the weights themselves, and better on new images. */
import { averageLoop } from "../kernels/index.ts";

/**
 * Moves the average towards the weights, in place.
 *
 * @param decay - Share of the old average in the long run; in the first steps the share is smaller, so that the first values
 *   are soon forgotten.
 * @param step - Steps done, from 1.
 * @see Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992.
 */
export function updateAverage(average: Float32Array, weights: Float32Array, decay: number, step: number): void {
  averageLoop(average, weights, averageShare(decay, step));
}

/** Share of the old average in a step. */
export function averageShare(decay: number, step: number): number {
  return Math.min(decay, step / (step + 9));
}
