/** Edge-box scores straight from the definition, in float64: slow and obvious. */

import type { EdgeMap } from "../../src/proposals/index.ts";

/** Edge groups 1 to `count`: group of each pixel (0 is none), strength, mean position and orientation, one pixel each. */
export interface GroupTable {
  readonly count: number;
  readonly ids: Int32Array;
  readonly magnitude: Float32Array;
  readonly meanX: Float32Array;
  readonly meanY: Float32Array;
  readonly orientation: Float32Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
}

/** A box by its corners, both part of it. */
export interface Corners {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Affinity of every pair of groups, `[a * (count + 1) + b]`, found by looking at all pairs of pixels. */
export function slowAffinities(groups: GroupTable, width: number, height: number, gamma: number): Float64Array {
  const { count, ids, meanX, meanY, orientation } = groups;
  const table = new Float64Array((count + 1) ** 2);
  const inner = (v: number, size: number): boolean => v >= 2 && v < size - 2;
  ids.forEach((a, p) => {
    const [px, py] = [p % width, Math.floor(p / width)];
    ids.forEach((b, q) => {
      const [qx, qy] = [q % width, Math.floor(q / width)];
      if (a === 0 || b <= a || Math.abs(px - qx) > 2 || Math.abs(py - qy) > 2) return;
      // The scan visits pixels two away from the frame; the other pixel may be nearer to it.
      if (!inner(px, width) || !inner(py, height)) return;
      const normal = Math.atan2(meanY[a]! - meanY[b]!, meanX[a]! - meanX[b]!) + Math.PI / 2;
      const value = Math.abs(Math.cos(orientation[a]! - normal) * Math.cos(orientation[b]! - normal)) ** gamma;
      table[a * (count + 1) + b] = value;
      table[b * (count + 1) + a] = value;
    });
  });
  return table;
}

/** The score of one box before it is compared with `minScore`. */
export function slowBoxScore(
  edges: EdgeMap,
  groups: GroupTable,
  affinities: Float64Array,
  { x0, y0, x1, y1 }: Corners,
  { edgeMinMag, kappa }: { readonly edgeMinMag: number; readonly kappa: number },
): number {
  const { count, ids, magnitude, x, y } = groups;
  const { width } = edges;
  const inside = (g: number): boolean => x[g]! >= x0 && x[g]! <= x1 && y[g]! >= y0 && y[g]! <= y1;

  // W: 1 for groups on a side, else the best product of affinities over paths through groups inside.
  const weights = new Float64Array(count + 1);
  ids.forEach((g, p) => {
    const [px, py] = [p % width, Math.floor(p / width)];
    const within = px >= x0 && px <= x1 && py >= y0 && py <= y1;
    if (g > 0 && within && (px === x0 || px === x1 || py === y0 || py === y1)) weights[g] = 1;
  });
  for (let round = 0; round < count; round++) {
    for (let a = 1; a <= count; a++) {
      for (let b = 1; b <= count; b++) {
        const onward = weights[a]! * affinities[a * (count + 1) + b]!;
        if (onward >= 0.05 && onward > weights[b]! && inside(b)) weights[b] = onward;
      }
    }
  }
  const halfWidth = Math.floor((x1 - x0) / 2);
  const halfHeight = Math.floor((y1 - y0) / 2);
  const left = x0 + Math.floor(halfWidth / 2);
  const top = y0 + Math.floor(halfHeight / 2);
  let strength = 0;
  for (let g = 1; g <= count; g++) if (inside(g)) strength += (1 - weights[g]!) * magnitude[g]!;
  for (let py = Math.max(1, top); py <= top + halfHeight; py++) {
    for (let px = Math.max(1, left); px <= left + halfWidth; px++) {
      const value = edges.data[py * width + px]!;
      if (value > edgeMinMag) strength -= value;
    }
  }
  return strength / (halfWidth + halfHeight) ** kappa;
}
