/** Fully connected CRFs: refine a segmentation with the picture it belongs to. Usable without the rest of the library. */

export type {
  AppearanceKernel,
  CrfEnergy,
  CrfParameters,
  FeatureKernel,
  Normalization,
  SmoothnessKernel,
} from "./energy.ts";
export { exactFilter, exactMeanField } from "./exact.ts";
export { appearanceFeatures, type Origin, smoothnessFeatures } from "./features.ts";
export type { RgbImage, Unary } from "./input.ts";
export { type MeanFieldResult, meanField } from "./mean-field.ts";
export type { MeanFieldOptions, MeanFieldProgress } from "./options.ts";
export { CRF_KEYS, parseCrfPreset } from "./parse-preset.ts";
export { type LatticeOptions, PermutohedralLattice } from "./permutohedral-lattice.ts";
export {
  COMPACT_CRF,
  CRF_PRESETS,
  type CrfPreset,
  fitCrf,
  PAPER_CRF,
  PYDENSECRF_EXAMPLE,
  rescaleCrf,
} from "./presets.ts";
export { CRF_SEARCH_DEFAULTS, type CrfSearchOptions, type CrfTrial, searchCrf } from "./search.ts";
export type { CrfThreads } from "./threads.ts";
export {
  defaultOverlap,
  meanFieldTiled,
  type Part,
  TILED_DEFAULTS,
  type TiledOptions,
  type TiledProgress,
  type UnarySource,
} from "./tiles.ts";
export {
  type LabelUnaryOptions,
  PROBABILITY_UNARY_DEFAULTS,
  type ProbabilityUnaryOptions,
  unaryFromLabels,
  unaryFromProbabilities,
  unaryFromScores,
} from "./unary.ts";
