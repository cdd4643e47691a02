/** Kernels that are switched on, before their lattices are built: plain data, so that threads can be sent it. */
import type { Lattice } from "../kernels/index.ts";
import type { AppearanceKernel, CrfEnergy, FeatureKernel, SmoothnessKernel } from "./energy.ts";
import { appearanceFeatures, smoothnessFeatures } from "./features.ts";
import type { RgbImage } from "./input.ts";

/** A kernel, and what its features are made from. */
export type KernelSource =
  | {
      readonly kind: "smoothness";
      readonly dimension: 2;
      readonly kernel: SmoothnessKernel;
      readonly height: number;
      readonly width: number;
    }
  | { readonly kind: "appearance"; readonly dimension: 5; readonly kernel: AppearanceKernel; readonly image: RgbImage }
  | { readonly kind: "features"; readonly dimension: number; readonly kernel: FeatureKernel };

/** Builds a lattice from features, float32, shape `[points, dimension]`. */
export type BuildLattice = (features: Float32Array, dimension: number) => Promise<Lattice>;

/** The kernels of an energy whose weight is above 0. */
export function kernelSources(
  image: RgbImage,
  { smoothness, appearance, featureKernels = [] }: CrfEnergy,
): KernelSource[] {
  const { height, width } = image;
  const sources: KernelSource[] = [
    ...(smoothness === undefined
      ? []
      : [{ kind: "smoothness", dimension: 2, kernel: smoothness, height, width } as const]),
    ...(appearance === undefined ? [] : [{ kind: "appearance", dimension: 5, kernel: appearance, image } as const]),
    ...featureKernels.map((kernel) => ({ kind: "features", dimension: kernel.dimension, kernel }) as const),
  ];
  return sources.filter(({ kernel }) => kernel.weight > 0);
}

/** Builds a kernel's lattice in the thread that calls. */
export function buildSource(build: BuildLattice, source: KernelSource): Promise<Lattice> {
  return build(featuresOf(source), source.dimension);
}

function featuresOf(source: KernelSource): Float32Array {
  if (source.kind === "smoothness") return smoothnessFeatures(source.height, source.width, source.kernel);
  if (source.kind === "appearance") return appearanceFeatures(source.image, source.kernel);
  return source.kernel.features;
}
