/**
 * Edge groups: connected edge pixels of similar orientation, merged greedily.
 *
 * Which pixel joins which group depends on the order of the scan (column by column, top to bottom; neighbours likewise)
 * and on float32 rounding, because near-ties are decided by the last bit. Both follow the published software.
 *
 * Source: Zitnick and Dollár, ECCV 2014, section 3.1.
 */

import type { EdgeBoxesOptions } from "./edge-boxes-options.ts";
import type { EdgeMap, OrientationMap } from "./edge-map.ts";
import { MinQueue } from "./min-queue.ts";

/** Edge groups 1 to `count`; entry 0 of every list is unused. */
export interface EdgeGroups {
  readonly count: number;
  /** Group of each pixel, `[height, width]`; 0 is none. */
  readonly ids: Int32Array;
  /** Pixels that belong to a group, as `y * width + x`, column by column. */
  readonly pixels: Int32Array;
  /** Sum of the edge strengths of the group's pixels. */
  readonly magnitude: Float32Array;
  /** Mean position weighted by edge strength, px. */
  readonly meanX: Float32Array;
  readonly meanY: Float32Array;
  /** Mean orientation weighted by edge strength, radians [-π/2, π/2]. */
  readonly orientation: Float32Array;
  /** The pixel that stands for the group: its last one in scan order. */
  readonly x: Int32Array;
  readonly y: Int32Array;
}

const PI = Math.fround(Math.PI);

/** Difference of two orientations modulo π, in units of π, [0, 0.5]. */
function turn(a: number, b: number): number {
  const difference = Math.fround(Math.fround(Math.abs(Math.fround(a - b))) / PI);
  return difference > 0.5 ? Math.fround(1 - difference) : difference;
}

/**
 * Groups the edge pixels.
 *
 * @param edges - Edge map, thinned, float32 `[height, width]`.
 * @param orientation - Orientation map of the same size, radians [0, π].
 * @param options - `edgeMinMag`, `edgeMergeThr` and `clusterMinMag` of {@link EdgeBoxesOptions}.
 * @see Zitnick and Dollár, ECCV 2014, section 3.1.
 */
export function groupEdges(edges: EdgeMap, orientation: OrientationMap, options: EdgeBoxesOptions): EdgeGroups {
  const pixels = listEdgePixels(edges, Math.fround(options.edgeMinMag));
  const ids = new Int32Array(edges.width * edges.height).fill(NO_EDGE);
  for (const pixel of pixels) ids[pixel] = UNASSIGNED;
  const offsets = neighbourOffsets(edges.width);
  const grown = growGroups(ids, pixels, orientation, offsets, Math.fround(options.edgeMergeThr));
  dissolveWeakGroups(ids, pixels, edges, grown, Math.fround(options.clusterMinMag));
  attachLoosePixels(ids, pixels, orientation, offsets);
  return describeGroups(ids, pixels, edges, orientation, grown);
}

/** Marks in `ids`: the frame of one pixel and weak pixels; pixels that have no group yet. */
const NO_EDGE = -1;
const UNASSIGNED = 0;

/** Pixels inside the frame that are stronger than `edgeMinMag`, column by column. */
function listEdgePixels({ data, width, height }: EdgeMap, edgeMinMag: number): Int32Array {
  const pixels = new Int32Array(width * height);
  let count = 0;
  for (let x = 1; x < width - 1; x++) {
    for (let pixel = width + x; pixel < (height - 1) * width; pixel += width) {
      if (data[pixel]! > edgeMinMag) pixels[count++] = pixel;
    }
  }
  return pixels.slice(0, count);
}

/** The 8 neighbours, column by column. */
function neighbourOffsets(width: number): Int32Array {
  return Int32Array.of(-1 - width, -1, -1 + width, -width, width, 1 - width, 1, 1 + width);
}

/** Gives every edge pixel a group: from each seed to the neighbour with the smallest turn, until the turns add up. */
function growGroups(
  ids: Int32Array,
  pixels: Int32Array,
  orientation: OrientationMap,
  offsets: Int32Array,
  edgeMergeThr: number,
): number {
  const angles = orientation.data;
  const listedBy = new Int32Array(ids.length);
  const candidates = new MinQueue();
  let group = 0;
  for (const seed of pixels) {
    if (ids[seed] !== UNASSIGNED) continue;
    group++;
    candidates.clear();
    let pixel = seed;
    let turns = 0;
    while (turns < edgeMergeThr) {
      ids[pixel] = group;
      const angle = angles[pixel]!;
      for (let k = 0; k < 8; k++) {
        const neighbour = pixel + offsets[k]!;
        if (ids[neighbour] !== UNASSIGNED || listedBy[neighbour] === group) continue;
        listedBy[neighbour] = group;
        candidates.push(turn(angles[neighbour]!, angle), neighbour);
      }
      if (candidates.size === 0) break;
      turns = Math.fround(turns + candidates.smallest);
      // The pixel that reaches the threshold is left for another group.
      pixel = candidates.pop();
    }
  }
  return group;
}

function sumMagnitudes(ids: Int32Array, pixels: Int32Array, edges: EdgeMap, groups: number): Float32Array {
  const magnitude = new Float32Array(groups + 1);
  for (const pixel of pixels) {
    const id = ids[pixel]!;
    if (id > 0) magnitude[id] = magnitude[id]! + edges.data[pixel]!;
  }
  return magnitude;
}

function dissolveWeakGroups(
  ids: Int32Array,
  pixels: Int32Array,
  edges: EdgeMap,
  groups: number,
  clusterMinMag: number,
): void {
  const magnitude = sumMagnitudes(ids, pixels, edges, groups);
  for (const pixel of pixels) {
    const id = ids[pixel]!;
    if (id > 0 && magnitude[id]! <= clusterMinMag) ids[pixel] = UNASSIGNED;
  }
}

/** Hands pixels without a group to the neighbouring group with the smallest turn, in sweeps, until none changes. */
function attachLoosePixels(
  ids: Int32Array,
  pixels: Int32Array,
  orientation: OrientationMap,
  offsets: Int32Array,
): void {
  const angles = orientation.data;
  let loose = pixels.filter((pixel) => ids[pixel] === UNASSIGNED);
  for (;;) {
    for (const pixel of loose) {
      const angle = angles[pixel]!;
      let smallest = Number.POSITIVE_INFINITY;
      for (let k = 0; k < 8; k++) {
        const neighbour = pixel + offsets[k]!;
        const id = ids[neighbour]!;
        if (id <= 0) continue;
        const cost = turn(angles[neighbour]!, angle);
        if (cost >= smallest) continue;
        smallest = cost;
        ids[pixel] = id;
      }
    }
    const left = loose.filter((pixel) => ids[pixel] === UNASSIGNED);
    if (left.length === loose.length) return;
    loose = left;
  }
}

/** Renumbers the groups that are left to 1, 2, ... in `ids` and measures each. */
function describeGroups(
  ids: Int32Array,
  pixels: Int32Array,
  edges: EdgeMap,
  orientation: OrientationMap,
  grown: number,
): EdgeGroups {
  const { width } = edges;
  const sums = sumMagnitudes(ids, pixels, edges, grown);
  const renumbered = new Int32Array(grown + 1);
  let count = 0;
  for (let id = 1; id <= grown; id++) if (sums[id]! > 0) renumbered[id] = ++count;

  const list = (): Float32Array => new Float32Array(count + 1);
  const [magnitude, meanX, meanY, cosine, sine, mean] = [list(), list(), list(), list(), list(), list()] as const;
  const xs = new Int32Array(count + 1);
  const ys = new Int32Array(count + 1);
  for (let pixel = 0; pixel < ids.length; pixel++) {
    const id = ids[pixel]!;
    if (id !== 0) ids[pixel] = id > 0 ? renumbered[id]! : 0;
  }
  const grouped = pixels.filter((pixel) => ids[pixel]! > 0);
  for (const pixel of grouped) {
    const id = ids[pixel]!;
    const x = pixel % width;
    const y = (pixel - x) / width;
    const strength = edges.data[pixel]!;
    const twice = Math.fround(2 * orientation.data[pixel]!);
    magnitude[id] = magnitude[id]! + strength;
    meanX[id] = meanX[id]! + Math.fround(strength * x);
    meanY[id] = meanY[id]! + Math.fround(strength * y);
    cosine[id] = cosine[id]! + Math.fround(strength * Math.fround(Math.cos(twice)));
    sine[id] = sine[id]! + Math.fround(strength * Math.fround(Math.sin(twice)));
    xs[id] = x;
    ys[id] = y;
  }
  for (let id = 1; id <= count; id++) {
    const weight = magnitude[id]!;
    meanX[id] = meanX[id]! / weight;
    meanY[id] = meanY[id]! / weight;
    mean[id] = Math.fround(Math.atan2(Math.fround(sine[id]! / weight), Math.fround(cosine[id]! / weight))) / 2;
  }
  return { count, ids, pixels: grouped, magnitude, meanX, meanY, orientation: mean, x: xs, y: ys };
}
