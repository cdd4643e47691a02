import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { type ClassIndex, createSampler, joinIndexes, type Sampling } from "./sampler.ts";

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

describe("several sets", () => {
  /** Four photos of class 2, of which one shows class 1 too. */
  const other: ClassIndex = { classes: 3, pixels: Uint32Array.from([50, 0, 9, 50, 0, 9, 50, 0, 9, 50, 3, 9]) };
  const mixed = joinIndexes([
    { index, weight: 1 },
    { index: other, weight: 0.5 },
  ]);
  const drawn = (sampling: Sampling, count: number): { photo: number; classId: number }[] => {
    const sampler = createSampler(1, mixed, sampling);
    return Array.from({ length: count }, (_, k) => sampler.pick(k));
  };

  it("are numbered through", () => {
    expect(mixed.pixels.length).toBe(14 * 3);
    expect(mixed.sets).toEqual([
      { photos: 10, weight: 1 },
      { photos: 4, weight: 0.5 },
    ]);
    expect(() =>
      joinIndexes([
        { index, weight: 1 },
        { index: { ...other, classes: 2 }, weight: 1 },
      ]),
    ).toThrow(OptionError);
  });

  it("one of weight 1 draws as without sets", () => {
    const single = joinIndexes([{ index, weight: 1 }]);
    for (const sampling of ["balanced", "shuffled"] as const) {
      const [a, b] = [createSampler(1, single, sampling), createSampler(1, index, sampling)];
      for (let k = 0; k < 50; k++) expect(a.pick(k)).toEqual(b.pick(k));
    }
  });

  it("balanced: classes stay equally likely; a photo of the second set comes half as often as one of the first", () => {
    const all = drawn("balanced", 20_000);
    const share = (test: (pick: { photo: number; classId: number }) => boolean): number =>
      all.filter(test).length / 20_000;
    expect(share((p) => p.classId === 1) / share((p) => p.classId === 2)).toBeCloseTo(1, 1);
    // Class 2: photos 7 and 8 at weight 1, 10 to 13 at a half: 2 to 2.
    expect(share((p) => p.classId === 2 && p.photo < 10) / share((p) => p.classId === 2)).toBeCloseTo(0.5, 1);
    // Class 1: eight photos at weight 1, one at a half.
    expect(share((p) => p.classId === 1 && p.photo === 13) / share((p) => p.classId === 1)).toBeCloseTo(0.5 / 8.5, 1);
    expect(all.every(({ photo, classId }) => (mixed.pixels[photo * 3 + classId] ?? 0) > 0)).toBe(true);
  });

  it("shuffled: the second set has 2 of 12 parts, and no photo comes twice in a round", () => {
    const all = drawn("shuffled", 6000).map(({ photo }) => photo);
    expect(all.filter((photo) => photo >= 10).length / 6000).toBeCloseTo(2 / 12, 1);
    const round = all.slice(0, 10).filter((photo) => photo < 10);
    expect(new Set(round).size).toBe(round.length);
    const sampler = createSampler(1, mixed, "shuffled");
    for (const k of [999, 3, 500]) expect(sampler.pick(k).photo).toBe(all[k]);
  });
});
