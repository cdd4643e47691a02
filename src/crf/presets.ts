/** CRF parameters with a source, and their transfer to other image sizes. */
import type { AppearanceKernel, CrfParameters, SmoothnessKernel } from "./energy.ts";

/** The settings of DeconvNet's released inference script (PASCAL VOC photos of about 500x375 px). */
export const PAPER_CRF: CrfParameters = Object.freeze({
  smoothness: Object.freeze({ spatialStd: 3, weight: 3 }),
  appearance: Object.freeze({ spatialStd: 20, colorStd: 3, weight: 5 }),
  normalization: "none",
  iterations: 10,
});

/** The example that comes with pydensecrf. */
export const PYDENSECRF_EXAMPLE: CrfParameters = Object.freeze({
  smoothness: Object.freeze({ spatialStd: 3, weight: 3 }),
  appearance: Object.freeze({ spatialStd: 80, colorStd: 13, weight: 10 }),
  normalization: "symmetric",
  iterations: 5,
});

/** Presets by the names that a command line takes. */
export const CRF_PRESETS = Object.freeze({ paper: PAPER_CRF, pydensecrf: PYDENSECRF_EXAMPLE });

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

function scaleStd(std: SmoothnessKernel["spatialStd"], factor: number): SmoothnessKernel["spatialStd"] {
  return typeof std === "number" ? std * factor : [std[0] * factor, std[1] * factor];
}
