/** The search on score functions whose best place is known. */
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { CRF_PRESETS, type CrfPreset, fitCrf, searchCrf } from "./index.ts";

/** 0 at a weight of 6 and a colour of 9, less with the logarithmic distance from there. */
async function distance({ appearance }: CrfPreset): Promise<number> {
  const { weight, colorStd } = appearance ?? { weight: Number.NaN, colorStd: Number.NaN };
  return -Math.abs(Math.log(weight / 6)) - Math.abs(Math.log(Number(colorStd) / 9));
}

describe("searchCrf", () => {
  it("comes near the best place, nearer than where it began", async () => {
    const trials = await searchCrf(distance, { size: 500, trials: 60 });
    const starts = await Promise.all(Object.values(CRF_PRESETS).map(distance));
    const best = trials[0]?.score ?? Number.NaN;
    expect(best).toBeGreaterThan(Math.max(...starts));
    expect(best).toBeGreaterThan(-0.3);
    expect(trials.map(({ score }) => score)).toEqual(trials.map(({ score }) => score).sort((a, b) => b - a));
  });

  it("tries the starts first, fitted to the size, and each preset once", async () => {
    const seen: CrfPreset[] = [];
    await searchCrf(distance, { size: 250, trials: 30, onTrial: ({ preset }) => seen.push(preset) });
    const size = { height: 250, width: 250 };
    expect(seen.slice(0, 3)).toEqual(Object.values(CRF_PRESETS).map((preset) => fitCrf(preset, size)));
    expect(seen).toHaveLength(30);
    expect(new Set(seen.map((preset) => JSON.stringify(preset))).size).toBe(30);
    expect(seen.every((preset) => preset.size === 250)).toBe(true);
  });

  it("is the same for the same seed, and another for another", async () => {
    const run = (seed: number) => searchCrf(distance, { size: 320, trials: 20, seed });
    expect(await run(4)).toEqual(await run(4));
    expect(await run(5)).not.toEqual(await run(4));
  });

  it("keeps the first of equal presets, and stops when no step is left", async () => {
    const trials = await searchCrf(async () => 1, { size: 500, trials: 400 });
    expect(trials[0]?.preset).toEqual(CRF_PRESETS.paper);
    expect(trials.length).toBeLessThan(400);
  });

  it("passes on what the score function throws", async () => {
    await expect(searchCrf(() => Promise.reject(new Error("stopped")), { size: 500 })).rejects.toThrow("stopped");
  });

  it.each([
    [{ size: 0 }, /size above 0 px, got 0/],
    [{ size: 500, trials: 1 }, /at least 3 trials, got 1/],
    [{ size: 500, trials: 2.5 }, /at least 3 trials, got 2\.5/],
  ])("refuses %o", async (options, message) => {
    await expect(searchCrf(distance, options)).rejects.toThrow(OptionError);
    await expect(searchCrf(distance, options)).rejects.toThrow(message);
  });
});
