/** The energy of a dense CRF and its checks. Names and units are this library's; `docs/crf.md` maps pydensecrf's. */
import { OptionError } from "../errors.ts";

/**
 * How a kernel's filter `K` is divided by its own sums `n = K * 1`: `before` is `K * (q / n)`, `after` is `(K * q) / n`,
 * `symmetric` is `(K * (q / sqrt n)) / sqrt n`, and `none` leaves sums that grow with the kernel's area.
 */
export type Normalization = "none" | "before" | "after" | "symmetric";

export const NORMALIZATIONS: readonly Normalization[] = ["none", "before", "after", "symmetric"];

/** Pulls neighbours to one label, whatever the picture shows: a Gaussian on position. */
export interface SmoothnessKernel {
  /** Standard deviation (θγ), px; one number, or x and y. */
  readonly spatialStd: number | readonly [x: number, y: number];
  /** Strength (w2), nats at distance 0; 0 switches the kernel off. */
  readonly weight: number;
}

/** Pulls pixels that are near and alike in colour to one label: a Gaussian on position and colour. */
export interface AppearanceKernel extends SmoothnessKernel {
  /** Standard deviation (θβ) on the scale 0-255; one number, or red, green and blue. */
  readonly colorStd: number | readonly [red: number, green: number, blue: number];
}

/** A Gaussian on features of your own, such as depth. */
export interface FeatureKernel {
  /** Float32, shape `[height * width, dimension]`, already divided by the standard deviations. */
  readonly features: Float32Array;
  /** Features per pixel, 1 to 6. */
  readonly dimension: number;
  /** Strength, nats at distance 0; 0 switches the kernel off. */
  readonly weight: number;
}

/** The numbers of a CRF that a preset holds. */
export interface CrfParameters {
  /** Left out: no such kernel. */
  readonly smoothness?: SmoothnessKernel;
  /** Left out: no such kernel. */
  readonly appearance?: AppearanceKernel;
  readonly normalization: Normalization;
  /** Mean field updates, at least 0. */
  readonly iterations: number;
}

/** Parameters, and what depends on the picture or the classes. */
export interface CrfEnergy extends CrfParameters {
  /** More kernels, on features of your own. */
  readonly featureKernels?: readonly FeatureKernel[];
  /**
   * Energy of two labels meeting, float32, shape `[classes, classes]`, symmetric, times the kernel's weight. Left out: Potts,
   * the weight when the labels differ.
   */
  readonly compatibility?: Float32Array;
}

/** Checks everything about the energy that does not depend on the picture. */
export function checkEnergy(
  caller: string,
  { iterations, normalization, smoothness, appearance, featureKernels = [] }: CrfEnergy,
): void {
  if (!(Number.isInteger(iterations) && iterations >= 0)) {
    throw new OptionError(`${caller}: expected iterations to be an integer of at least 0, got ${iterations}.`);
  }
  if (!NORMALIZATIONS.includes(normalization)) {
    throw new OptionError(
      `${caller}: expected normalization to be one of ${NORMALIZATIONS.join(", ")}, got "${normalization}".`,
    );
  }
  if (smoothness !== undefined) {
    perAxis(caller, "smoothness.spatialStd", smoothness.spatialStd, 2);
    checkWeight(caller, "smoothness.weight", smoothness.weight);
  }
  if (appearance !== undefined) {
    perAxis(caller, "appearance.spatialStd", appearance.spatialStd, 2);
    perAxis(caller, "appearance.colorStd", appearance.colorStd, 3);
    checkWeight(caller, "appearance.weight", appearance.weight);
  }
  for (const { weight } of featureKernels) checkWeight(caller, "featureKernels.weight", weight);
}

/** One standard deviation per axis, each above 0. */
export function perAxis(
  caller: string,
  name: string,
  value: number | readonly number[],
  axes: number,
): readonly number[] {
  const values = typeof value === "number" ? new Array<number>(axes).fill(value) : value;
  if (values.length !== axes || values.some((std) => !(std > 0 && std < Number.POSITIVE_INFINITY))) {
    throw new OptionError(
      `${caller}: expected ${name} to be one number or ${axes}, each above 0, got ${String(value)}.`,
    );
  }
  return values;
}

function checkWeight(caller: string, name: string, weight: number): void {
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new OptionError(`${caller}: expected ${name} to be a finite number of at least 0, got ${weight}.`);
  }
}
