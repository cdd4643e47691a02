/** How far the mean IoU of a set would move with other images of the same kind. */
import { OptionError } from "../errors.ts";
import { randomFor } from "../tensor/index.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { type Evaluation, imagesById } from "./evaluation.ts";
import { scoresOf } from "./scores.ts";

export interface BootstrapOptions {
  /** Share of the resampled sets whose mean IoU lies within the interval, above 0 and below 1. */
  readonly level?: number;
  /** Sets that are drawn. */
  readonly resamples?: number;
  readonly seed?: number;
}

export const BOOTSTRAP_DEFAULTS: Required<BootstrapOptions> = Object.freeze({ level: 0.95, resamples: 1000, seed: 1 });

/** A confidence interval of the mean IoU, with what it was made from. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
}

/**
 * Computes a percentile bootstrap interval of the mean IoU: sets of as many images are drawn with replacement, and each is
 * scored as the whole. It measures the choice of the images, not that of the training's seed; two models whose intervals
 * overlap may still differ, but half a point within one interval is no progress. The order of the images does not matter.
 *
 * @param options - {@link BootstrapOptions}; defaults {@link BOOTSTRAP_DEFAULTS}.
 * @returns `undefined` for fewer than two images with counted pixels: nothing can be drawn.
 * @throws {OptionError} if the level is not between 0 and 1, or `resamples` is not a whole number of at least 1.
 * @see B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
 */
export function bootstrapMeanIoU(evaluation: Evaluation, options: BootstrapOptions = {}): Interval | undefined {
  const { level, resamples, seed } = { ...BOOTSTRAP_DEFAULTS, ...options };
  if (!(level > 0 && level < 1)) {
    throw new OptionError(`bootstrapMeanIoU: expected a level between 0 and 1, got ${level}.`);
  }
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new OptionError(`bootstrapMeanIoU: expected a whole number of resamples, at least 1, got ${resamples}.`);
  }
  const images = imagesById(evaluation).filter(({ counts }) => counts.length > 0);
  if (images.length < 2) return undefined;
  const random = randomFor(seed, "bootstrap");
  const classes = evaluation.classNames.length;
  const means = Float64Array.from({ length: resamples }, () => {
    const matrix = new ConfusionMatrix(classes);
    for (let i = 0; i < images.length; i++) {
      const { counts } = images[random.integer(0, images.length)]!;
      for (const [truth, predicted, pixels] of counts) matrix.counts[truth * classes + predicted]! += pixels;
    }
    return scoresOf(matrix, evaluation.classNames).meanIoU ?? 0;
  }).sort();
  return { low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2), level, resamples, seed };
}

/** Between the two nearest of the sorted values, in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (place % 1) * (above - below);
}
