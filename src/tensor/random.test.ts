import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { randomFor } from "./random.ts";

describe("randomFor", () => {
  it("gives the bits that were written down when it was made", () => {
    const random = randomFor(1, "crop", 17);
    const drawn = [
      random.uniform(),
      random.uniform(),
      random.integer(0, 1000),
      random.integer(-5, 5),
      random.normal(),
      random.normal(),
    ];
    expect(drawn).toMatchInlineSnapshot(`
      [
        0.22595438479585228,
        0.937752588880812,
        105,
        0,
        -0.5068138012577827,
        0.4173925222558291,
      ]
    `);
  });

  it("is a function of seed and keys alone", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.oneof(fc.string(), fc.integer())), (seed, keys) => {
        expect(randomFor(seed, ...keys).uniform()).toBe(randomFor(seed, ...keys).uniform());
      }),
    );
  });

  it("tells apart lists of keys that look alike", () => {
    const lists: (string | number)[][] = [
      [],
      [0],
      [0, 0],
      ["0"],
      ["a", "b"],
      ["ab"],
      ["a", "b", ""],
      ["", "ab"],
      [1, 2],
      [2, 1],
      [0.5],
      [-1],
      [2 ** 40],
    ];
    const firsts = lists.map((keys) => randomFor(7, ...keys).uniform());
    expect(new Set(firsts).size).toBe(lists.length);
    expect(randomFor(7, -0).uniform()).toBe(randomFor(7, 0).uniform());
  });

  it("draws evenly over consecutive samples: first draws of 20,000 keys in 20 bins", () => {
    const bins = new Array<number>(20).fill(0);
    for (let k = 0; k < 20_000; k++) bins[Math.floor(randomFor(3, k).uniform() * 20)]!++;
    const chiSquare = bins.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001
  });

  it("draws integers from low to high - 1, all of them", () => {
    const random = randomFor(5);
    const seen = new Set(Array.from({ length: 400 }, () => random.integer(-2, 3)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect(random.integer(4, 5)).toBe(4);
  });

  it("draws normal numbers with mean 0, variance 1 and kurtosis 3", () => {
    const random = randomFor(9, "normal");
    const n = 50_000;
    let [first, second, fourth] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      first += x / n;
      second += x ** 2 / n;
      fourth += x ** 4 / n;
    }
    expect(Math.abs(first)).toBeLessThan(0.02);
    expect(Math.abs(second - 1)).toBeLessThan(0.03);
    expect(Math.abs(fourth - 3)).toBeLessThan(0.2);
  });

  it("refuses keys and ranges without meaning", () => {
    expect(() => randomFor(Number.NaN)).toThrow(OptionError);
    expect(() => randomFor(1, Number.POSITIVE_INFINITY)).toThrow(/got Infinity/);
    expect(() => randomFor(1).integer(3, 3)).toThrow(/got 3 and 3/);
  });
});
