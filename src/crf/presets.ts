/** CRF parameters with a source, and their transfer to other image sizes. */
import type { AppearanceKernel, CrfParameters, SmoothnessKernel } from "./energy.ts";
import type { RgbImage } from "./input.ts";

/** Parameters with the size of photo that they belong to, so that {@link fitCrf} can carry them over to others. */
export interface CrfPreset extends CrfParameters {
  /** Longer side of the photos that `spatialStd` is meant for, px. */
  readonly size: number;
}

/** The settings of DeconvNet's released inference script (PASCAL VOC photos of about 500x375 px). */
export const PAPER_CRF: CrfPreset = Object.freeze({
  size: 500,
  smoothness: Object.freeze({ spatialStd: 3, weight: 3 }),
  appearance: Object.freeze({ spatialStd: 20, colorStd: 3, weight: 5 }),
  normalization: "none",
  iterations: 10,
});

/** The example that comes with pydensecrf. It names no size; 500 px is that of the photos on which it is mostly used. */
export const PYDENSECRF_EXAMPLE: CrfPreset = Object.freeze({
  size: 500,
  smoothness: Object.freeze({ spatialStd: 3, weight: 3 }),
  appearance: Object.freeze({ spatialStd: 80, colorStd: 13, weight: 10 }),
  normalization: "symmetric",
  iterations: 5,
});

/**
 * For the embedded model, whose scores are coarse: found by `deconvnet crf search` on photos kept for choosing, with its own scores at
 * the 192 px at which it is evaluated (`docs/crf.md`, "On a real network").
 */
export const COMPACT_CRF: CrfPreset = Object.freeze({
  size: 192,
  smoothness: Object.freeze({ spatialStd: 0.401, weight: 1.19 }),
  appearance: Object.freeze({ spatialStd: 11.7, colorStd: 4.25, weight: 2.14 }),
  normalization: "after",
  iterations: 5,
});

/** Presets by the names that a command line takes. */
export const CRF_PRESETS = Object.freeze({ paper: PAPER_CRF, pydensecrf: PYDENSECRF_EXAMPLE, compact: COMPACT_CRF });

/**
 * Adapts parameters found at one image size to another: `spatialStd` is in pixels, so it is multiplied by `factor`.
 *
 * Without normalisation a kernel's sum grows with its area, so there the weights are divided by `factor` squared, which
 * keeps the balance with the unary.
 *
 * @param factor - New size divided by old size, above 0: 2 for a photo twice as wide and high.
 */
export function rescaleCrf<P extends CrfParameters>(parameters: P, factor: number): P {
  const area = parameters.normalization === "none" ? factor * factor : 1;
  const rescale = <K extends SmoothnessKernel | AppearanceKernel>(kernel: K): K => ({
    ...kernel,
    spatialStd: scaleStd(kernel.spatialStd, factor),
    weight: kernel.weight / area,
  });
  return {
    ...parameters,
    ...(parameters.smoothness && { smoothness: rescale(parameters.smoothness) }),
    ...(parameters.appearance && { appearance: rescale(parameters.appearance) }),
  };
}

/**
 * Carries a preset over to a photo: its `spatialStd` as far across this photo as across those that it was found on.
 *
 * @param photo - Height and width, px.
 * @returns The preset in px of the photo; its `size` is the photo's longer side.
 */
export function fitCrf(preset: CrfPreset, { height, width }: Pick<RgbImage, "height" | "width">): CrfPreset {
  const size = Math.max(height, width);
  return { ...rescaleCrf(preset, size / preset.size), size };
}

function scaleStd(std: SmoothnessKernel["spatialStd"], factor: number): SmoothnessKernel["spatialStd"] {
  return typeof std === "number" ? std * factor : [std[0] * factor, std[1] * factor];
}
