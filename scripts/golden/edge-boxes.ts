/** Compares edge boxes, orientation and edge suppression with one stored case made by OpenCV. */

import { type EdgeMap, edgeBoxes, edgeNms, edgeOrientation, type Proposal } from "deconvnet/proposals";
import type { Metadata, Tensors } from "./golden-case.ts";
import type { GoldenRow } from "./row.ts";

/** With how many boxes are the same, and where the first differs. */
interface EdgeBoxesRow extends GoldenRow {
  readonly detail: string;
}

/** Boxes that must be identical. */
const SAME_BOXES = 0.99;
/** Bounds on the orientation's error, 99th percentile and anywhere: float32 derivatives cancel where they are near 0. */
const ORIENTATION_USUAL = 1e-4;
const ORIENTATION_LARGEST = 1e-2;

/**
 * Runs every run of an `edgeboxes-*` case through the public functions.
 *
 * @param tensors - `edges`, `orientation`, optionally `edges_raw`, and `boxes.<run>`, `scores.<run>`; boxes count from 1.
 * @param metadata - `runs`: options of each run; `atol`: tolerance of each tensor; both JSON.
 */
export function runEdgeBoxesCase(tensors: Tensors, metadata: Metadata): EdgeBoxesRow[] {
  const runs = JSON.parse(metadata["runs"] ?? "{}") as Record<string, Record<string, number>>;
  const tolerances = JSON.parse(metadata["atol"] ?? "{}") as Record<string, number>;
  const edges = plane(tensors, "edges");
  const orientation = plane(tensors, "orientation");
  const rows: EdgeBoxesRow[] = [];
  if (tensors["edges_raw"] !== undefined) {
    const raw = plane(tensors, "edges_raw");
    rows.push(compareOrientation(edgeOrientation(raw).data, orientation.data));
    rows.push(compareThinned(edgeNms(raw, orientation).data, edges.data));
  }
  for (const [run, options] of Object.entries(runs)) {
    const boxes = tensor(tensors, `boxes.${run}`).data as Int32Array;
    const scores = tensor(tensors, `scores.${run}`).data as Float32Array;
    rows.push(
      ...compareBoxes(run, edgeBoxes(edges, orientation, options), boxes, scores, tolerances[`scores.${run}`] ?? 0),
    );
  }
  return rows;
}

function tensor(tensors: Tensors, name: string): Tensors[string] {
  const found = tensors[name];
  if (found === undefined) throw new Error(`runEdgeBoxesCase: expected a tensor "${name}", got none.`);
  return found;
}

function plane(tensors: Tensors, name: string): EdgeMap {
  const { shape, data } = tensor(tensors, name);
  return { data: data as Float32Array, height: shape[0] ?? 0, width: shape[1] ?? 0 };
}

function compareOrientation(ours: Float32Array, stored: Float32Array): EdgeBoxesRow {
  const differences = Float64Array.from(ours, (angle, i) => {
    const difference = Math.abs(angle - (stored[i] ?? 0));
    return Math.min(difference, Math.abs(Math.PI - difference));
  }).sort();
  const largest = differences.at(-1) ?? 0;
  const usual = differences[Math.floor(0.99 * (differences.length - 1))] ?? 0;
  return {
    tensor: "orientation",
    maxAbs: largest,
    maxRel: largest / Math.PI,
    atol: ORIENTATION_LARGEST,
    ok: usual <= ORIENTATION_USUAL && largest <= ORIENTATION_LARGEST,
    detail: `modulo pi; 99th percentile ${usual.toExponential(1)} of ${ORIENTATION_USUAL.toExponential(0)}`,
  };
}

function compareThinned(ours: Float32Array, stored: Float32Array): EdgeBoxesRow {
  let different = 0;
  let largest = 0;
  ours.forEach((strength, i) => {
    const difference = Math.abs(strength - (stored[i] ?? 0));
    if (difference > 0) different++;
    largest = Math.max(largest, difference);
  });
  const detail = `${different} of ${ours.length} pixels differ`;
  return { tensor: "edges", maxAbs: largest, maxRel: largest, atol: 0, ok: different === 0, detail };
}

/** Boxes are compared as a set, scores box by box, and the order by the stored scores of our sequence. */
function compareBoxes(
  run: string,
  ours: readonly Proposal[],
  boxes: Int32Array,
  scores: Float32Array,
  atol: number,
): EdgeBoxesRow[] {
  const stored = new Map<string, number>();
  for (const [i, score] of scores.entries()) stored.set(boxes.subarray(4 * i, 4 * i + 4).join(), score);
  let [same, maxAbs, maxRel, outOfOrder, before] = [0, 0, 0, 0, Number.POSITIVE_INFINITY];
  for (const { x, y, width, height, score } of ours) {
    const expected = stored.get([x + 1, y + 1, width, height].join());
    if (expected === undefined) continue;
    same++;
    const difference = Math.abs(score - expected);
    maxAbs = Math.max(maxAbs, difference);
    maxRel = Math.max(maxRel, difference / expected);
    if (expected > before + atol) outOfOrder++;
    before = expected;
  }
  const count = Math.max(ours.length, scores.length);
  const share = count === 0 ? 1 : same / count;
  return [
    {
      tensor: `boxes.${run}`,
      maxAbs: 1 - share,
      maxRel: 1 - share,
      atol: 1 - SAME_BOXES,
      ok: share >= SAME_BOXES && outOfOrder === 0,
      detail: `${same} of ${count} identical, ${outOfOrder} out of order`,
    },
    { tensor: `scores.${run}`, maxAbs, maxRel, atol, ok: maxAbs <= atol, detail: "of the identical boxes" },
  ];
}
