/** The parameters of edge boxes under their published names, with the published defaults and their ranges. */

import { OptionError } from "../errors.ts";

/**
 * Parameters of {@link edgeBoxes}.
 *
 * @see Zitnick and Dollár, "Edge Boxes: Locating Object Proposals from Edges", ECCV 2014.
 */
export interface EdgeBoxesOptions {
  /** Overlap of neighbouring search windows, (0, 1); larger searches more finely and takes longer. */
  readonly alpha: number;
  /** Overlap above which the weaker of two boxes is dropped, (0, 1]; over 0.99 keeps all. */
  readonly beta: number;
  /** Factor on `beta` after each kept box while it is over 0.5, (0, 1]; 1 leaves it fixed. */
  readonly eta: number;
  /** Boxes that score less are dropped, at least 0. */
  readonly minScore: number;
  /** Number of boxes at most, whole, at least 1. */
  readonly maxBoxes: number;
  /** Pixels with an edge strength up to this belong to no group, at least 0. */
  readonly edgeMinMag: number;
  /** A group stops growing when its turns add up to this, in units of π, over 0. */
  readonly edgeMergeThr: number;
  /** Groups whose strengths add up to no more than this are dissolved, at least 0. */
  readonly clusterMinMag: number;
  /** Largest ratio of a window's sides, [1, 100]. */
  readonly maxAspectRatio: number;
  /** Area of the smallest windows, px², at least 1. */
  readonly minBoxArea: number;
  /** Exponent of the affinity between groups, over 0. */
  readonly gamma: number;
  /** Exponent of the box size that a score is divided by, at least 0. */
  readonly kappa: number;
}

/** The published defaults; `beta` suits a target IoU of 0.7. */
export const EDGE_BOXES_DEFAULTS: EdgeBoxesOptions = Object.freeze({
  alpha: 0.65,
  beta: 0.75,
  eta: 1,
  minScore: 0.01,
  maxBoxes: 10_000,
  edgeMinMag: 0.1,
  edgeMergeThr: 0.5,
  clusterMinMag: 0.5,
  maxAspectRatio: 3,
  minBoxArea: 1000,
  gamma: 2,
  kappa: 1.5,
});

/** The authors' setting for the best average recall at 1,000 boxes. */
export const EDGE_BOXES_BEST_RECALL: EdgeBoxesOptions = Object.freeze({
  ...EDGE_BOXES_DEFAULTS,
  beta: 0.9,
  eta: 0.9996,
});

interface Range {
  readonly rule: string;
  readonly holds: (value: number) => boolean;
}

const atLeast = (low: number): Range => ({ rule: `a number of at least ${low}`, holds: (v) => v >= low });
const over0: Range = { rule: "a number over 0", holds: (v) => v > 0 };
const over0UpTo1: Range = { rule: "a number over 0 and up to 1", holds: (v) => v > 0 && v <= 1 };

const RANGES: Readonly<Record<keyof EdgeBoxesOptions, Range>> = {
  // Nearer to 1 the step between windows vanishes and their number explodes.
  alpha: { rule: "a number over 0 and up to 0.95", holds: (v) => v > 0 && v <= 0.95 },
  beta: over0UpTo1,
  eta: over0UpTo1,
  minScore: atLeast(0),
  maxBoxes: { rule: "a whole number of at least 1", holds: (v) => Number.isInteger(v) && v >= 1 },
  edgeMinMag: atLeast(0),
  edgeMergeThr: over0,
  clusterMinMag: atLeast(0),
  maxAspectRatio: { rule: "a number of 1 to 100", holds: (v) => v >= 1 && v <= 100 },
  minBoxArea: atLeast(1),
  gamma: over0,
  kappa: atLeast(0),
};

/** @internal Fills in the defaults and throws an OptionError for a value outside its range. */
export function resolveEdgeBoxesOptions(options: Partial<EdgeBoxesOptions>): EdgeBoxesOptions {
  const resolved = { ...EDGE_BOXES_DEFAULTS, ...options };
  for (const name of Object.keys(RANGES) as (keyof EdgeBoxesOptions)[]) {
    const { rule, holds } = RANGES[name];
    const value = resolved[name];
    // In float32, as it is computed with: there 1e-50 is no number over 0, and 1e50 not finite.
    const used = typeof value === "number" ? Math.fround(value) : Number.NaN;
    if (!Number.isFinite(used) || !holds(used)) {
      throw new OptionError(`edgeBoxes: expected ${name} to be ${rule}, got ${value}. See EDGE_BOXES_DEFAULTS.`);
    }
  }
  return resolved;
}

/**
 * Reads parameters from texts such as `beta=0.9`.
 *
 * @throws {OptionError} for an unknown name or a value that is not a number in the parameter's range.
 */
export function parseEdgeBoxesOptions(texts: readonly string[]): Partial<EdgeBoxesOptions> {
  const options: Partial<Record<keyof EdgeBoxesOptions, number>> = {};
  for (const text of texts) {
    const name = Object.keys(EDGE_BOXES_DEFAULTS).find((key) => text.startsWith(`${key}=`));
    if (name === undefined) {
      const names = Object.keys(EDGE_BOXES_DEFAULTS).join(", ");
      throw new OptionError(`edgeBoxes: expected NAME=NUMBER with a name among ${names}, got ${text}.`);
    }
    const digits = text.slice(name.length + 1);
    options[name as keyof EdgeBoxesOptions] = digits.trim() === "" ? Number.NaN : Number(digits);
  }
  resolveEdgeBoxesOptions(options);
  return options;
}
