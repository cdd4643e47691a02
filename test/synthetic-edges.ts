/** Edge maps of drawn shapes, so that tests of edge boxes need no photo. */

import { type EdgeMap, edgeNms, edgeOrientation, type OrientationMap } from "../src/proposals/index.ts";
import { seededNumbers } from "./seeded-numbers.ts";

/** Rectangles and discs of random grey; their steps, smoothed, are the edges. */
export function syntheticEdges(
  seed: number,
  width: number,
  height: number,
): { readonly raw: EdgeMap; readonly edges: EdgeMap; readonly orientation: OrientationMap } {
  const next = seededNumbers(seed);
  const grey = new Float32Array(width * height);
  for (let shape = 0; shape < 6; shape++) {
    const [cx, cy] = [next() * width, next() * height];
    const [rx, ry] = [(0.1 + 0.25 * next()) * width, (0.1 + 0.25 * next()) * height];
    const [value, round] = [next(), next() < 0.5];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [dx, dy] = [Math.abs(x - cx) / rx, Math.abs(y - cy) / ry];
        if (round ? dx * dx + dy * dy < 1 : Math.max(dx, dy) < 1) grey[y * width + x] = value;
      }
    }
  }
  const at = (x: number, y: number): number =>
    grey[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
  const raw = {
    data: grey.map((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return Math.min(1, Math.hypot(at(x + 1, y) - at(x - 1, y), at(x, y + 1) - at(x, y - 1)) + 0.02 * next());
    }),
    width,
    height,
  };
  const orientation = edgeOrientation(raw);
  return { raw, edges: edgeNms(raw, orientation), orientation };
}
