/** Crops of photos with known boundaries, as the edge net learns them: drawn from a seed, labels at half resolution. */
import { type Image, networkInput, type Preprocessing } from "deconvnet/image";
import type { BoundaryMap } from "deconvnet/proposals";
import { type MicroBatch, VOID_LABEL } from "deconvnet/train";

/** Mean and deviation of the colours of photos, 0-255. */
export const PREPROCESSING: Preprocessing = { order: "rgb", mean: [123, 117, 104], std: [58, 57, 57] };

export interface EdgeSample {
  readonly image: Image;
  /** 0 no edge, 1 edge, void in between; half the photo's size, rounded up. */
  readonly labels: Uint8Array;
}

/** People who must have marked a pixel of half resolution: this share of them, and two, where there are so many. */
const AGREEMENT = 0.4;

/** An edge is what several people marked, no edge what nobody did; where they disagree nothing is learned. */
export function halfLabels(boundaries: readonly BoundaryMap[], { width, height }: Image): Uint8Array {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const votes = new Uint8Array(halfWidth * halfHeight);
  for (const { data } of boundaries) {
    const marked = new Uint8Array(votes.length);
    data.forEach((on, pixel) => {
      const x = pixel % width;
      if (on !== 0) marked[(((pixel - x) / width) >> 1) * halfWidth + (x >> 1)] = 1;
    });
    marked.forEach((on, at) => {
      votes[at] = (votes[at] ?? 0) + on;
    });
  }
  const wanted = Math.min(boundaries.length, Math.max(2, Math.ceil(AGREEMENT * boundaries.length)));
  return votes.map((count) => (count === 0 ? 0 : count >= wanted ? 1 : VOID_LABEL));
}

/** Weights with which edges and the rest count the same in the loss. */
export function balancedWeights(samples: readonly EdgeSample[]): [number, number] {
  const counts: [number, number] = [0, 0];
  for (const { labels } of samples) for (const label of labels) if (label <= 1) counts[label as 0 | 1]++;
  const all = counts[0] + counts[1];
  return [counts[1] / all, counts[0] / all];
}

/** A batch of square crops, half of them mirrored. */
export function drawBatch(samples: readonly EdgeSample[], count: number, side: number, next: () => number): MicroBatch {
  const half = side / 2;
  const images = new Float32Array(count * 3 * side * side);
  const labels = new Int32Array(count * half * half);
  const draw = (below: number): number => Math.floor(below * next());
  for (let n = 0; n < count; n++) {
    const { image, labels: known } = samples[draw(samples.length)] as EdgeSample;
    // Even, so that a label covers the same four pixels in the crop.
    const [left, top] = [2 * draw((image.width - side) / 2 + 1), 2 * draw((image.height - side) / 2 + 1)];
    const mirrored = next() < 0.5;
    const data = new Uint8Array(3 * side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = 3 * ((top + y) * image.width + left + (mirrored ? side - 1 - x : x));
        data.set(image.data.subarray(from, from + 3), 3 * (y * side + x));
      }
    }
    networkInput(
      { ...image, data, width: side, height: side },
      PREPROCESSING,
      images.subarray(n * 3 * side * side, (n + 1) * 3 * side * side),
    );
    const stride = Math.ceil(image.width / 2);
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const from = (top / 2 + y) * stride + left / 2 + (mirrored ? half - 1 - x : x);
        labels[n * half * half + y * half + x] = known[from] ?? VOID_LABEL;
      }
    }
  }
  return {
    images: { type: "float32", shape: [count, 3, side, side], data: images },
    labels: { type: "int32", shape: [count, half, half], data: labels },
  };
}
