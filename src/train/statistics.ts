/** Running statistics of batch normalisation, and their estimate over several batches with the weights fixed. */

/** r <- (1 - share) r + share batch, in place; `correction` turns a biased variance into the unbiased one. */
export function blendStatistics(running: Float32Array, batch: Float32Array, share: number, correction = 1): void {
  for (let i = 0; i < running.length; i++) running[i] = (1 - share) * running[i]! + share * batch[i]! * correction;
}

/** n / (n - 1): from the biased variance of n elements to the unbiased one. */
export function unbiasedCorrection(elements: number): number {
  return elements / (elements - 1);
}

/**
 * Mean and variance over the union of several batches, from each batch's own: the variance of a union is the mean of the
 * variances and the variance of the means.
 */
export class PooledStatistics {
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #elements = 0;

  constructor(channels: number) {
    this.#mean = new Float64Array(channels);
    this.#square = new Float64Array(channels);
  }

  /** @param elements - Elements a channel in the batch. @param variance - Biased. */
  add(mean: Float32Array, variance: Float32Array, elements: number): void {
    for (let i = 0; i < this.#mean.length; i++) {
      this.#mean[i]! += mean[i]! * elements;
      this.#square[i]! += (variance[i]! + mean[i]! * mean[i]!) * elements;
    }
    this.#elements += elements;
  }

  mean(): Float32Array {
    return Float32Array.from(this.#mean, (sum) => sum / this.#elements);
  }

  /** Unbiased. */
  variance(): Float32Array {
    const correction = unbiasedCorrection(this.#elements);
    return Float32Array.from(this.#square, (sum, i) => {
      const mean = this.#mean[i]! / this.#elements;
      return Math.max(0, sum / this.#elements - mean * mean) * correction;
    });
  }
}
