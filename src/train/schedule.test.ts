import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { learningRateAt, SCHEDULE_DEFAULTS, type Schedule } from "./schedule.ts";

const schedule = (changes: Partial<Schedule>): Schedule => ({
  ...SCHEDULE_DEFAULTS,
  learningRate: 1,
  warmup: 0,
  ...changes,
});

describe("learningRateAt", () => {
  it.each<[Partial<Schedule>, readonly [number, number][]]>([
    [
      { type: "step", stepSize: 10, gamma: 0.5 },
      [
        [0, 1],
        [9, 1],
        [10, 0.5],
        [20, 0.25],
      ],
    ],
    [
      { type: "plateau", gamma: 0.5 },
      [
        [0, 1],
        [100, 1],
      ],
    ],
    [
      { type: "poly", power: 1, floor: 0 },
      [
        [0, 1],
        [25, 0.75],
        [100, 0],
      ],
    ],
    [
      { type: "poly", power: 2, floor: 0.2 },
      [
        [0, 1],
        [50, 0.4],
        [100, 0.2],
      ],
    ],
    [
      { type: "cosine", floor: 0.5 },
      [
        [0, 1],
        [50, 0.75],
        [100, 0.5],
      ],
    ],
  ])("%o", (changes, rates) => {
    for (const [position, rate] of rates)
      expect(learningRateAt(schedule(changes), position, 100)).toBeCloseTo(rate, 12);
  });

  it("rises linearly in the warm-up, from the start of the run", () => {
    const warm = schedule({ type: "step", stepSize: 1000, warmup: 10, learningRate: 2 });
    const rates = [0, 4, 9, 10, 50].map((position) => learningRateAt(warm, position, 100));
    expect(rates.map((rate) => Math.round(rate * 1e9) / 1e9)).toEqual([0.2, 1, 2, 2, 2]);
    expect(learningRateAt(warm, 60, 100, 60)).toBeCloseTo(0.2, 12);
    expect(learningRateAt(warm, 75, 100, 60)).toBe(2);
  });

  it("is above 0 and at most the highest rate, whatever the settings", () => {
    const positive = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom("step", "poly", "cosine"),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 999 }),
        positive,
        (type, warmup, position, floor) => {
          const rate = learningRateAt(schedule({ type, warmup, floor }), position, 1000);
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it.each([-1, 101, Number.NaN])("refuses position %d of 100", (position) => {
    expect(() => learningRateAt(schedule({}), position, 100)).toThrow(OptionError);
  });
});

it("plateau: each reduction multiplies by gamma, down to the floor", () => {
  const rates = [0, 1, 2, 3, 4].map((reductions) =>
    learningRateAt(schedule({ type: "plateau", gamma: 0.5, floor: 0.2 }), 50, 100, 0, reductions),
  );
  expect(rates).toEqual([1, 0.5, 0.25, 0.2, 0.2]);
});
