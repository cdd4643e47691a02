/** Crops of photos with known boundaries, as an edge net learns them: drawn from a seed, labels at half resolution. */
import { cropImage, flipImage, type Image, networkInput, type Rgb } from "../image/index.ts";
import type { BoundaryMap } from "../proposals/index.ts";
import type { Random } from "../tensor/index.ts";
import { type MicroBatch, VOID_LABEL } from "../train/index.ts";
import { EDGE_NET_PREPROCESSING } from "./edge-net-detector.ts";

export interface EdgeSample {
  readonly image: Image;
  /** 0 no edge, 1 edge, void in between; half the photo's size, rounded up. */
  readonly labels: Uint8Array;
}

/** People who must have marked a pixel of half resolution: this share of them, and two, where there are so many. */
const AGREEMENT = 0.4;

/** Crops lie inside their photos. */
const BLACK: Rgb = [0, 0, 0];

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
    for (let i = 0; i < votes.length; i++) votes[i]! += marked[i]!;
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

/**
 * A batch of square crops, half of them mirrored.
 *
 * @param samples - Photos of which no side is shorter than a crop.
 * @param side - Of a crop, even, px.
 */
export function drawBatch(samples: readonly EdgeSample[], count: number, side: number, random: Random): MicroBatch {
  const half = side / 2;
  const images = new Float32Array(count * 3 * side * side);
  const labels = new Int32Array(count * half * half);
  const draw = (below: number): number => Math.floor(below * random.uniform());
  for (let n = 0; n < count; n++) {
    const { image, labels: known } = samples[draw(samples.length)]!;
    // Even, so that a label covers the same four pixels in the crop.
    const [x, y] = [2 * draw((image.width - side) / 2 + 1), 2 * draw((image.height - side) / 2 + 1)];
    const mirrored = random.uniform() < 0.5;
    const crop = cropImage(image, { x, y, width: side, height: side }, { width: side, height: side }, BLACK);
    const target = images.subarray(n * 3 * side * side, (n + 1) * 3 * side * side);
    networkInput(mirrored ? flipImage(crop) : crop, EDGE_NET_PREPROCESSING, target);
    const stride = Math.ceil(image.width / 2);
    for (let row = 0; row < half; row++) {
      for (let column = 0; column < half; column++) {
        const from = (y / 2 + row) * stride + x / 2 + (mirrored ? half - 1 - column : column);
        labels[(n * half + row) * half + column] = known[from]!;
      }
    }
  }
  return {
    images: { type: "float32", shape: [count, 3, side, side], data: images },
    labels: { type: "int32", shape: [count, half, half], data: labels },
  };
}
