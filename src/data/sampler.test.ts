import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { type ClassIndex, createSampler, type Sampling } from "./sampler.ts";

/** Ten photos of three classes: 0 to 6 show class 1, 7 and 8 class 2, 8 class 1 too, 9 nothing. */
const index: ClassIndex = {
  classes: 3,
  pixels: Uint32Array.from([...Array(7).fill([50, 9, 0]), [50, 0, 9], [50, 1, 9], [50, 0, 0]].flat()),
};
function picks(sampling: Sampling, count: number, seed = 1) {
  const sampler = createSampler(seed, index, sampling);
  return Array.from({ length: count }, (_, k) => sampler.pick(k));
}

describe("createSampler", () => {
  it.each<Sampling>(["balanced", "shuffled"])("%s: sample k does not depend on what was asked before", (sampling) => {
    const inOrder = picks(sampling, 100);
    const sampler = createSampler(1, index, sampling);
    for (const k of [99, 3, 50, 3, 0]) expect(sampler.pick(k)).toEqual(inOrder[k]);
    expect(picks(sampling, 100, 2)).not.toEqual(inOrder);
  });

  it("balanced: classes are equally likely, photos of a class too, and empty photos come as often as by chance", () => {
    const drawn = picks("balanced", 20_000);
    const share = (test: (pick: { photo: number; classId: number }) => boolean) => drawn.filter(test).length / 20_000;
    expect(share((p) => p.classId === 0)).toBeCloseTo(0.1, 1);
    expect(share((p) => p.classId === 1)).toBeCloseTo(0.45, 1);
    expect(share((p) => p.classId === 2)).toBeCloseTo(0.45, 1);
    expect(share((p) => p.classId === 2 && p.photo === 8)).toBeCloseTo(0.225, 1);
    expect(drawn.every(({ photo, classId }) => (index.pixels[photo * 3 + classId] ?? 0) > 0)).toBe(true);
    expect(drawn.every(({ photo, classId }) => (photo === 9) === (classId === 0))).toBe(true);
  });

  it("shuffled: every photo once a round, in another order each round", () => {
    const drawn = picks("shuffled", 30).map(({ photo }) => photo);
    for (const round of [0, 1, 2]) {
      expect(drawn.slice(10 * round, 10 * round + 10).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(drawn.slice(0, 10)).not.toEqual(drawn.slice(10, 20));
    expect(picks("shuffled", 30).find(({ photo }) => photo === 9)?.classId).toBe(0);
  });

  it("works where there is only background, and wants a photo", () => {
    const empty = createSampler(1, { classes: 2, pixels: Uint32Array.of(5, 0, 5, 0) }, "balanced");
    expect(new Set(Array.from({ length: 50 }, (_, k) => empty.pick(k).photo))).toEqual(new Set([0, 1]));
    expect(() => createSampler(1, { classes: 2, pixels: new Uint32Array(0) }, "balanced")).toThrow(OptionError);
  });
});
