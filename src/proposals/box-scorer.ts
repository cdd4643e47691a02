/**
 * The score of a box: edge strength of the groups that lie wholly inside it, over its size. The tables that it is computed
 * from are made here, the computation is compiled (`kernels/assembly/box-search.ts`).
 *
 * Source: Zitnick and Dollár, ECCV 2014, section 3.2.
 */

import { BoxSearch } from "../kernels/index.ts";
import type { EdgeBoxesOptions } from "./edge-boxes-options.ts";
import type { EdgeGroups } from "./edge-groups.ts";
import type { EdgeMap } from "./edge-map.ts";
import type { GroupAffinities } from "./group-affinity.ts";
import { groupRuns } from "./group-runs.ts";
import { integralImage } from "./integral-image.ts";

/** Makes the tables of an edge map and hands them to the search. */
export function boxSearchOn(
  edges: EdgeMap,
  groups: EdgeGroups,
  affinities: GroupAffinities,
  options: EdgeBoxesOptions,
): BoxSearch {
  const { width, height } = edges;
  // Each group with its whole strength at the pixel that stands for it.
  const whole = new Float32Array(width * height);
  for (let id = 1; id <= groups.count; id++) whole[groups.y[id]! * width + groups.x[id]!] = groups.magnitude[id]!;
  const edgeMinMag = Math.fround(options.edgeMinMag);
  const strong = new Float32Array(width * height);
  for (let i = 0; i < strong.length; i++) if (edges.data[i]! > edgeMinMag) strong[i] = edges.data[i]!;
  const rows = groupRuns(groups.ids, width, height, "rows");
  const columns = groupRuns(groups.ids, width, height, "columns");
  return new BoxSearch({
    width,
    height,
    minScore: options.minScore,
    groupSums: integralImage(whole, width, height),
    edgeSums: integralImage(strong, width, height),
    rowRuns: rows.at,
    rowGroups: rows.groups,
    columnRuns: columns.at,
    columnGroups: columns.groups,
    groupX: groups.x,
    groupY: groups.y,
    groupMagnitude: groups.magnitude,
    affinityStarts: affinities.starts,
    affinityGroups: affinities.groups,
    affinityValues: affinities.values,
    norms: sizeNorms(width, height, Math.fround(options.kappa)),
  });
}

/** (1 / n)^kappa for n = half the width plus half the height; a box without extent gets 0, where 1 / n has no value. */
function sizeNorms(width: number, height: number, kappa: number): Float32Array {
  const norms = new Float32Array(((width + height) >> 1) + 1);
  for (let n = 1; n < norms.length; n++) norms[n] = Math.fround(1 / n) ** kappa;
  return norms;
}
