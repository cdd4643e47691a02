/**
 * AssemblyScript: scores boxes, scans windows and refines the ones that score. The order of all float32 sums is that of the
 * published software. `proposals/box-scorer.ts` lays out the tables and says what they hold.
 *
 * Tables are given by address. Those with a value a pixel run down the columns, as the scan does: `x * height + y`. A group's record is 16 bytes: x, y, magnitude, and the number it got when it was met last.
 */

let width: i32 = 0;
let height: i32 = 0;
let minScore: f32 = 0;
let groupSums: usize = 0;
let edgeSums: usize = 0;
let rowRuns: usize = 0;
let rowGroups: usize = 0;
let columnRuns: usize = 0;
let columnGroups: usize = 0;
let records: usize = 0;
/** First affinity of each group, then pairs of neighbour and value. */
let affinityStarts: usize = 0;
let affinities: usize = 0;
let norms: usize = 0;
/** Groups met while scoring the current box, and their weights. */
let met: usize = 0;
let weights: usize = 0;
/** A group is met if its number reaches `base`; its place in the lists is the difference. */
let base: i32 = 1;
let count: i32 = 0;
let groupCount: i32 = 0;

/** Weights below this are not followed. */
const LEAST_AFFINITY: f32 = 0.05;
/** More than the rounding of one float32 step, relative to the largest value in it. */
const ROUNDING: f32 = 4.76837158203125e-7;
const LAST_BASE: i32 = 0x60000000;

export function useTables(
  ofWidth: i32,
  ofHeight: i32,
  leastScore: f32,
  groups: i32,
  groupSumsAt: usize,
  edgeSumsAt: usize,
  rowRunsAt: usize,
  rowGroupsAt: usize,
  columnRunsAt: usize,
  columnGroupsAt: usize,
  recordsAt: usize,
  affinityStartsAt: usize,
  affinitiesAt: usize,
  normsAt: usize,
  metAt: usize,
  weightsAt: usize,
): void {
  width = ofWidth;
  height = ofHeight;
  minScore = leastScore;
  groupCount = groups;
  groupSums = groupSumsAt;
  edgeSums = edgeSumsAt;
  rowRuns = rowRunsAt;
  rowGroups = rowGroupsAt;
  columnRuns = columnRunsAt;
  columnGroups = columnGroupsAt;
  records = recordsAt;
  affinityStarts = affinityStartsAt;
  affinities = affinitiesAt;
  norms = normsAt;
  met = metAt;
  weights = weightsAt;
}

function boxSum(sums: usize, x0: i32, y0: i32, x1: i32, y1: i32): f32 {
  const stride = height + 1;
  const left = sums + ((<usize>(x0 * stride)) << 2);
  const right = sums + ((<usize>((x1 + 1) * stride)) << 2);
  const above = (<usize>y0) << 2;
  const below = (<usize>(y1 + 1)) << 2;
  return load<f32>(left + above) + load<f32>(right + below) - load<f32>(right + above) - load<f32>(left + below);
}

/** Strength of the groups inside minus that of the edges in the central quarter. */
function strengthWithoutCentre(x0: i32, y0: i32, x1: i32, y1: i32): f32 {
  const halfWidth = (x1 - x0) >> 1;
  const halfHeight = (y1 - y0) >> 1;
  const left = x0 + (halfWidth >> 1);
  const top = y0 + (halfHeight >> 1);
  const centre = boxSum(edgeSums, left, top, left + halfWidth, top + halfHeight);
  return boxSum(groupSums, x0, y0, x1, y1) - centre;
}

/**
 * All bits set if the group's pixel lies inside, else none: the sign bit of any negative difference, spread out. Engines
 * turn a choice between two floats into a branch, which could not be foretold here; masks stay without.
 */
function insideMask(record: usize, x0: i32, y0: i32, x1: i32, y1: i32): i32 {
  const x = load<i32>(record);
  const y = load<i32>(record, 4);
  return ~(((x - x0) | (x1 - x) | (y - y0) | (y1 - y)) >> 31);
}

/**
 * Adds the groups of the runs between two pixels of a line, each once, with weight 1. Returns the strength less those of
 * them that lie inside the box.
 */
function meet(runs: usize, groups: usize, from: i32, to: i32, x0: i32, y0: i32, x1: i32, y1: i32, strength: f32): f32 {
  let left = strength;
  const first = load<i32>(runs + ((<usize>from) << 2));
  const end = load<i32>(runs + ((<usize>to) << 2)) >> 1;
  for (let run = (first >> 1) - (first & 1); run < end; run++) {
    const group = load<i32>(groups + ((<usize>run) << 2));
    const record = records + ((<usize>group) << 4);
    if (load<i32>(record, 12) >= base) continue;
    store<i32>(record, base + count, 12);
    store<i32>(met + ((<usize>count) << 2), group);
    store<f32>(weights + ((<usize>count) << 2), 1);
    count++;
    left -= reinterpret<f32>(load<i32>(record, 8) & insideMask(record, x0, y0, x1, y1));
  }
  return left;
}

/** Empties the list of met groups: numbers from before lie below the new base. */
function forgetMet(): void {
  base += count;
  count = 0;
  if (base <= LAST_BASE) return;
  for (let group = 0; group <= groupCount; group++) store<i32>(records + ((<usize>group) << 4), 0, 12);
  base = 1;
}

/**
 * Lists the groups that cross the top, bottom, left and right side, and returns the strength less those of them that lie
 * inside; -1 once a side leaves too little.
 */
function meetGroupsOnSides(x0: i32, y0: i32, x1: i32, y1: i32, withoutCentre: f32, norm: f32, atMost: f32): f32 {
  forgetMet();
  const left = x0 * height;
  const right = x1 * height;
  let strength = meet(rowRuns, rowGroups, left + y0, right + y0, x0, y0, x1, y1, withoutCentre);
  if (isTooLow(strength * norm, atMost)) return -1;
  strength = meet(rowRuns, rowGroups, left + y1, right + y1, x0, y0, x1, y1, strength);
  if (isTooLow(strength * norm, atMost)) return -1;
  strength = meet(columnRuns, columnGroups, left + y0, left + y1, x0, y0, x1, y1, strength);
  if (isTooLow(strength * norm, atMost)) return -1;
  strength = meet(columnRuns, columnGroups, right + y0, right + y1, x0, y0, x1, y1, strength);
  return isTooLow(strength * norm, atMost) ? -1 : strength;
}

/** Whether a score is out: under `minScore`, or no better than `atMost`. */
function isTooLow(value: f32, atMost: f32): bool {
  return value < minScore || value <= atMost;
}

/**
 * Extends the list by the groups inside that hang on a listed one; a weight is the largest product of affinities along
 * any path from a side. `left` is the strength after the groups on the sides, `least` what the box must be left with.
 *
 * Returns false once less than that is sure to be left.
 */
function followAffinities(x0: i32, y0: i32, x1: i32, y1: i32, strength: f32, least: f32): bool {
  const onSides = count;
  let left = strength;
  for (let i = 0; i < count; i++) {
    const weight = load<f32>(weights + ((<usize>i) << 2));
    const starts = affinityStarts + ((<usize>load<i32>(met + ((<usize>i) << 2))) << 2);
    const end = affinities + ((<usize>load<i32>(starts, 4)) << 3);
    for (let pair = affinities + ((<usize>load<i32>(starts)) << 3); pair < end; pair += 8) {
      const onward = weight * load<f32>(pair, 4);
      const next = load<i32>(pair);
      const record = records + ((<usize>next) << 4);
      const stamp = load<i32>(record, 12);
      const at = stamp - base;
      const notMet = at >> 31;
      const place = weights + ((<usize>(at & ~notMet)) << 2);
      if (~notMet & i32(onward > load<f32>(place))) {
        left -= (onward - load<f32>(place)) * load<f32>(record, 8);
        store<f32>(place, onward);
        // Its own neighbours may now weigh more: go on from there.
        if (at - 1 < i) i = at - 1;
        continue;
      }
      // Written behind the list in any case; it belongs to the list if the count goes up.
      const isNew = notMet & insideMask(record, x0, y0, x1, y1) & -i32(onward >= LEAST_AFFINITY);
      store<i32>(record, (stamp & ~isNew) | ((base + count) & isNew), 12);
      store<i32>(met + ((<usize>count) << 2), next);
      store<f32>(weights + ((<usize>count) << 2), onward);
      count -= isNew;
      left -= reinterpret<f32>(reinterpret<i32>(onward * load<f32>(record, 8)) & isNew);
    }
    if (left < least - strength * <f32>(count + count - onSides) * ROUNDING) return false;
  }
  return true;
}

/**
 * Scores the box with corners (x0, y0) and (x1, y1), both part of it: 0 if under `minScore` or no more than `atMost`, so
 * that the exact score is worked out only for better boxes.
 */
export function score(x0: i32, y0: i32, x1: i32, y1: i32, atMost: f32): f32 {
  const norm = load<f32>(norms + ((<usize>(((x1 - x0) >> 1) + ((y1 - y0) >> 1))) << 2));
  // From here the strength only falls, so each bound may end the work early without changing any result.
  let strength = strengthWithoutCentre(x0, y0, x1, y1);
  if (isTooLow(strength * norm, atMost)) return 0;
  strength = meetGroupsOnSides(x0, y0, x1, y1, strength, norm, atMost);
  if (strength < 0) return 0;
  const onSides = count;
  if (!followAffinities(x0, y0, x1, y1, strength, max(minScore, atMost) / norm)) return 0;
  for (let i = onSides; i < count; i++) {
    const record = records + ((<usize>load<i32>(met + ((<usize>i) << 2))) << 4);
    strength -= load<f32>(weights + ((<usize>i) << 2)) * load<f32>(record, 8);
  }
  const value = strength * norm;
  return isTooLow(value, atMost) ? 0 : value;
}

let boxX0: i32 = 0;
let boxY0: i32 = 0;
let boxX1: i32 = 0;
let boxY1: i32 = 0;
let boxScore: f32 = 0;

/** Takes the box if it scores better than the one that is held. */
function improve(x0: i32, y0: i32, x1: i32, y1: i32): bool {
  if (x1 <= x0 || y1 <= y0) return false;
  // A side at the border of the image cannot move out.
  if (x0 === boxX0 && y0 === boxY0 && x1 === boxX1 && y1 === boxY1) return false;
  const value = score(x0, y0, x1, y1, boxScore);
  if (!(value > 0)) return false;
  boxX0 = x0;
  boxY0 = y0;
  boxX1 = x1;
  boxY1 = y1;
  boxScore = value;
  return true;
}

/** Moves the sides of the box one at a time, by steps that halve: each outward, inward only if outward did not help. */
function refine(stepRatio: f32): void {
  const right = width - 1;
  const bottom = height - 1;
  let stepX = <i32>(<f32>(boxX1 - boxX0) * stepRatio);
  let stepY = <i32>(<f32>(boxY1 - boxY0) * stepRatio);
  for (;;) {
    stepX >>= 1;
    stepY >>= 1;
    if (stepX <= 2 && stepY <= 2) return;
    stepX = max(1, stepX);
    stepY = max(1, stepY);
    if (!improve(boxX0, max(0, boxY0 - stepY), boxX1, boxY1)) {
      improve(boxX0, min(bottom, boxY0 + stepY), boxX1, boxY1);
    }
    if (!improve(boxX0, boxY0, boxX1, min(bottom, boxY1 + stepY))) {
      improve(boxX0, boxY0, boxX1, boxY1 - stepY);
    }
    if (!improve(max(0, boxX0 - stepX), boxY0, boxX1, boxY1)) {
      improve(min(right, boxX0 + stepX), boxY0, boxX1, boxY1);
    }
    if (!improve(boxX0, boxY0, min(right, boxX1 + stepX), boxY1)) {
      improve(boxX0, boxY0, boxX1 - stepX, boxY1);
    }
  }
}

/**
 * Scores windows of one size at all positions, column by column, and refines those that score.
 *
 * Writes records of 20 bytes (x0, y0, x1, y1, score) to `out` and returns their number.
 */
export function scan(windowWidth: i32, windowHeight: i32, stepX: i32, stepY: i32, stepRatio: f32, out: usize): i32 {
  const right = width - 1;
  const bottom = height - 1;
  let found = 0;
  for (let x = 0; x < width - windowWidth + stepX; x += stepX) {
    const x0 = min(x, right);
    const x1 = min(x + windowWidth, right);
    for (let y = 0; y < height - windowHeight + stepY; y += stepY) {
      const y0 = min(y, bottom);
      const y1 = min(y + windowHeight, bottom);
      boxScore = score(x0, y0, x1, y1, 0);
      if (!(boxScore > 0)) continue;
      boxX0 = x0;
      boxY0 = y0;
      boxX1 = x1;
      boxY1 = y1;
      refine(stepRatio);
      const record = out + <usize>(20 * found);
      store<i32>(record, boxX0);
      store<i32>(record, boxY0, 4);
      store<i32>(record, boxX1, 8);
      store<i32>(record, boxY1, 12);
      store<f32>(record, boxScore, 16);
      found++;
    }
  }
  return found;
}
