/** Kernels that are switched on, before their lattices are built: plain data, so that threads can be sent it. */
import type { PointFeatures } from "../kernels/index.ts";
import type { AppearanceKernel, CrfEnergy, FeatureKernel, SmoothnessKernel } from "./energy.ts";
import { fillPositions, fillPositionsAndColours } from "./features.ts";
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

/** The points that a kernel compares. */
export function pointsOf(source: KernelSource): PointFeatures {
  if (source.kind === "features") return storedPoints(source.kernel.features, source.dimension);
  const { dimension, kernel } = source;
  if (source.kind === "smoothness") {
    const { height, width } = source;
    const fill = (rows: Float32Array, begin: number): void => void fillPositions(rows, width, kernel, begin);
    return { dimension, points: height * width, fill };
  }
  const { image } = source;
  const fill = (rows: Float32Array, begin: number): void =>
    void fillPositionsAndColours(rows, image, source.kernel, begin);
  return { dimension, points: image.height * image.width, fill };
}

/** Points whose features are there already, float32, shape `[points, dimension]`. */
export function storedPoints(features: Float32Array, dimension: number): PointFeatures {
  const fill = (rows: Float32Array, begin: number, end: number): void =>
    rows.set(features.subarray(begin * dimension, end * dimension));
  return { dimension, points: features.length / dimension, fill };
}
