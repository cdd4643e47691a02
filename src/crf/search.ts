/** Looks for the preset with the best score: starts that are known, then random draws, then steps around the best. */
import { OptionError } from "../errors.ts";
import { type Random, randomFor } from "../tensor/index.ts";
import type { AppearanceKernel, SmoothnessKernel } from "./energy.ts";
import { CRF_PRESETS, type CrfPreset, fitCrf } from "./presets.ts";

/** A preset that was tried. */
export interface CrfTrial {
  readonly preset: CrfPreset;
  /** What the score function said; larger is better. */
  readonly score: number;
}

/** Options of {@link searchCrf}. */
export interface CrfSearchOptions {
  /** Longer side of the photos that are scored, px: that of the presets which are tried. */
  readonly size: number;
  /** Presets to try at most. */
  readonly trials?: number;
  /** The same seed tries the same presets, given the same scores. */
  readonly seed?: number;
  /** Presets to begin with; default: all of `CRF_PRESETS`. */
  readonly starts?: readonly CrfPreset[];
  readonly onTrial?: (trial: CrfTrial, number: number, trials: number) => void;
}

export const CRF_SEARCH_DEFAULTS = Object.freeze({
  trials: 60,
  seed: 1,
  starts: Object.freeze(Object.values(CRF_PRESETS)),
});

/** Share of the trials that are drawn at random; the steps have the rest. */
const RANDOM_SHARE = 0.5;
const ITERATIONS: readonly number[] = [1, 2, 3, 5, 10, 20];
/** Without a normalisation weights mean something else, so that steps and draws keep to these. */
const NORMALIZATIONS = ["symmetric", "after", "before"] as const;
/** Factors of the steps, from coarse to fine. */
const FACTORS: readonly number[] = [2, 1.5, 1.2];

/**
 * Searches the parameters of a CRF. Random draws are log-uniform; afterwards one parameter at a time of the best preset is
 * changed by a factor, and what is better is kept.
 *
 * @param score - Scores a preset, e.g. mean IoU over photos kept for choosing; larger is better.
 * @param options - {@link CrfSearchOptions}; defaults {@link CRF_SEARCH_DEFAULTS}.
 * @returns What was tried, the best first; of equal scores the earlier.
 * @throws {OptionError} if the number of trials is less than that of the starts, or the size is not above 0.
 */
export async function searchCrf(
  score: (preset: CrfPreset) => Promise<number>,
  options: CrfSearchOptions,
): Promise<readonly CrfTrial[]> {
  const { size, trials, seed, starts, onTrial } = { ...CRF_SEARCH_DEFAULTS, ...options };
  if (!(size > 0)) throw new OptionError(`searchCrf: expected a size above 0 px, got ${size}.`);
  if (!(Number.isInteger(trials) && trials >= Math.max(1, starts.length))) {
    throw new OptionError(`searchCrf: expected at least ${Math.max(1, starts.length)} trials, got ${trials}.`);
  }
  const done: CrfTrial[] = [];
  const tried = new Set<string>();
  /** True if the preset is better than all before it. */
  const attempt = async (preset: CrfPreset): Promise<boolean> => {
    const key = JSON.stringify(preset);
    if (done.length >= trials || tried.has(key)) return false;
    tried.add(key);
    const trial = { preset, score: await score(preset) };
    const best = bestOf(done);
    done.push(trial);
    onTrial?.(trial, done.length, trials);
    return best === undefined || trial.score > best.score;
  };
  for (const start of starts) await attempt(fitCrf(start, { height: size, width: size }));
  for (let draw = 0; done.length < trials * RANDOM_SHARE; draw++) {
    await attempt(drawPreset(randomFor(seed, "searchCrf", draw), size));
  }
  for (const factor of FACTORS) await climb(done, factor, attempt);
  return done.toSorted((a, b) => b.score - a.score);
}

/** Steps from the best preset until no step by this factor is better. */
async function climb(
  done: readonly CrfTrial[],
  factor: number,
  attempt: (preset: CrfPreset) => Promise<boolean>,
): Promise<void> {
  for (let better = true; better; ) {
    better = false;
    for (let step = 0; ; step++) {
      // The neighbours of what is now the best: a step that was better is built upon at once.
      const neighbour = neighbours(bestOf(done)?.preset, factor)[step];
      if (neighbour === undefined) break;
      if (await attempt(neighbour)) better = true;
    }
  }
}

function bestOf(done: readonly CrfTrial[]): CrfTrial | undefined {
  return done.reduce<CrfTrial | undefined>(
    (best, trial) => (best === undefined || trial.score > best.score ? trial : best),
    undefined,
  );
}

/** Log-uniform in ranges that are given for photos of 500 px. */
function drawPreset(random: Random, size: number): CrfPreset {
  const between = (low: number, high: number): number => round(low * (high / low) ** random.uniform());
  const pixels = size / 500;
  return {
    size,
    smoothness: { spatialStd: between(pixels, 8 * pixels), weight: between(0.3, 15) },
    appearance: {
      spatialStd: between(8 * pixels, 160 * pixels),
      colorStd: between(2, 30),
      weight: between(0.3, 30),
    },
    normalization: NORMALIZATIONS[random.integer(0, NORMALIZATIONS.length)] ?? "symmetric",
    iterations: ITERATIONS[random.integer(1, ITERATIONS.length)] ?? 5,
  };
}

/** The preset with one parameter changed, in a fixed order. */
function neighbours(preset: CrfPreset | undefined, factor: number): CrfPreset[] {
  if (preset === undefined) return [];
  const { smoothness, appearance, normalization, iterations } = preset;
  const both = (change: (factor: number) => CrfPreset): CrfPreset[] => [change(factor), change(1 / factor)];
  const counts = [ITERATIONS.findLast((count) => count < iterations), ITERATIONS.find((count) => count > iterations)];
  return [
    ...(appearance === undefined ? [] : appearanceSteps(preset, appearance, both)),
    ...(smoothness === undefined ? [] : smoothnessSteps(preset, smoothness, both)),
    ...counts.flatMap((count) => (count === undefined ? [] : [{ ...preset, iterations: count }])),
    ...(normalization === "none" ? [] : NORMALIZATIONS.map((other) => ({ ...preset, normalization: other }))),
  ];
}

type Both = (change: (factor: number) => CrfPreset) => CrfPreset[];

function appearanceSteps(preset: CrfPreset, kernel: AppearanceKernel, both: Both): CrfPreset[] {
  const changed = (change: Partial<AppearanceKernel>): CrfPreset => ({
    ...preset,
    appearance: { ...kernel, ...change },
  });
  return [
    ...both((factor) => changed({ weight: round(kernel.weight * factor) })),
    ...both((factor) => changed({ colorStd: scale(kernel.colorStd, factor) })),
    ...both((factor) => changed({ spatialStd: scale(kernel.spatialStd, factor) })),
  ];
}

function smoothnessSteps(preset: CrfPreset, kernel: SmoothnessKernel, both: Both): CrfPreset[] {
  const changed = (change: Partial<SmoothnessKernel>): CrfPreset => ({
    ...preset,
    smoothness: { ...kernel, ...change },
  });
  return [
    ...both((factor) => changed({ weight: round(kernel.weight * factor) })),
    ...both((factor) => changed({ spatialStd: scale(kernel.spatialStd, factor) })),
  ];
}

function scale<T extends number | readonly number[]>(std: T, factor: number): T {
  return (typeof std === "number" ? round(std * factor) : std.map((axis) => round(axis * factor))) as T;
}

/** Three digits: what is found stays readable, and the same place is not tried twice. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
