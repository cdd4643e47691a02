import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../errors.ts";
import { ADAMW_DEFAULTS, checkSolver, createSlots, PAPER_SGD, type Solver, updateParameter } from "./solver.ts";

/** Weights after each of some steps with the same gradient. */
function steps(
  solver: Solver,
  options: { gradient: number; count: number; lrMult?: number; decayMult?: number },
): number[] {
  const weights = Float32Array.of(1);
  const slots = createSlots(solver, 1);
  return Array.from({ length: options.count }, (_, i) => {
    const { gradient, lrMult = 1, decayMult = 1 } = options;
    const step = { learningRate: 0.1, step: i + 1, lrMult, decayMult };
    updateParameter(solver, weights, Float32Array.of(gradient), slots, step);
    return weights[0] ?? Number.NaN;
  });
}

const expectClose = (ours: readonly number[], expected: readonly number[]): void => {
  expect(ours).toHaveLength(expected.length);
  ours.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 6);
  });
};

describe("sgd with momentum 0.9", () => {
  test("v = 0.9 v + lr g; w = w - v", () => {
    // v: 0.2, 0.38, 0.542; w: 0.8, 0.42, -0.122
    const solver = { type: "sgd", momentum: 0.9, weightDecay: 0 } as const;
    expectClose(steps(solver, { gradient: 2, count: 3 }), [0.8, 0.42, -0.122]);
  });

  test("weight decay is part of the gradient, and goes through the momentum", () => {
    // v1 = 0.1 * (2 + 0.5 * 1) = 0.25, w1 = 0.75; v2 = 0.225 + 0.1 * (2 + 0.5 * 0.75) = 0.4625, w2 = 0.2875
    const solver = { type: "sgd", momentum: 0.9, weightDecay: 0.5 } as const;
    expectClose(steps(solver, { gradient: 2, count: 2 }), [0.75, 0.2875]);
  });

  test("multipliers of a bias: twice as fast, no decay", () => {
    const solver = { type: "sgd", momentum: 0.9, weightDecay: 0.5 } as const;
    expectClose(steps(solver, { gradient: 2, count: 2, lrMult: 2, decayMult: 0 }), [0.6, -0.16]);
  });

  test("the learning rate is inside the velocity: a lower one slows down only by and by", () => {
    const [weights, slots] = [Float32Array.of(0), createSlots(PAPER_SGD, 1)];
    const multipliers = { lrMult: 1, decayMult: 0 };
    updateParameter(PAPER_SGD, weights, Float32Array.of(1), slots, { learningRate: 1, step: 1, ...multipliers });
    updateParameter(PAPER_SGD, weights, Float32Array.of(0), slots, { learningRate: 0, step: 2, ...multipliers });
    expect(weights[0]).toBeCloseTo(-1.9, 6);
  });
});

describe("AdamW", () => {
  const solver = { ...ADAMW_DEFAULTS, weightDecay: 0 };

  test("the first step has the length of the learning rate, whatever the gradient", () => {
    for (const gradient of [0.1, 2, -500]) {
      expectClose(steps(solver, { gradient, count: 1 }), [1 - 0.1 * Math.sign(gradient)]);
    }
  });

  test("two steps by hand, with gradients 2 and then 2", () => {
    // Corrected averages are 2 and 4 after any number of equal gradients: each step is 0.1 * 2 / sqrt(4).
    expectClose(steps(solver, { gradient: 2, count: 2 }), [0.9, 0.8]);
  });

  test("averages of unequal gradients by hand", () => {
    const [weights, slots] = [Float32Array.of(1), createSlots(solver, 1)];
    const update = (gradient: number, step: number): void => {
      updateParameter(solver, weights, Float32Array.of(gradient), slots, {
        learningRate: 0.1,
        step,
        lrMult: 1,
        decayMult: 1,
      });
    };
    update(2, 1);
    update(-1, 2);
    // m = 0.9 * 0.2 - 0.1 = 0.08, corrected by 0.19; s = 0.999 * 0.004 + 0.001 = 0.004996, corrected by 0.001999
    expect(weights[0]).toBeCloseTo(0.9 - (0.1 * (0.08 / 0.19)) / Math.sqrt(0.004996 / 0.001999), 6);
  });

  test("decay is apart from the gradient: w (1 - lr decay) before the step", () => {
    expectClose(steps({ ...ADAMW_DEFAULTS, weightDecay: 0.5 }, { gradient: 2, count: 2 }), [
      0.95 - 0.1,
      0.85 * 0.95 - 0.1,
    ]);
    expectClose(
      steps({ ...ADAMW_DEFAULTS, weightDecay: 0.5 }, { gradient: 2, count: 1, lrMult: 2, decayMult: 0 }),
      [0.8],
    );
  });

  test("a gradient of 0 from the start moves nothing", () => {
    expect(steps(solver, { gradient: 0, count: 3 })).toEqual([1, 1, 1]);
  });
});

describe("settings out of range", () => {
  const sgd = (change: object): Solver => ({ ...PAPER_SGD, ...change });
  const adamw = (change: object): Solver => ({ ...ADAMW_DEFAULTS, ...change });
  test.each([
    [sgd({ momentum: 1 }), "momentum from 0 to below 1, got 1."],
    [sgd({ momentum: -0.1 }), "momentum from 0 to below 1, got -0.1."],
    [sgd({ weightDecay: Number.NaN }), "weightDecay from 0 to below 1, got NaN."],
    [adamw({ beta2: 1 }), "beta2 from 0 to below 1, got 1."],
    [adamw({ epsilon: 0 }), "epsilon"],
  ])("%j", (solver, message) => {
    expect(() => checkSolver(solver)).toThrow(OptionError);
    expect(() => checkSolver(solver)).toThrow(message);
  });

  test("arrays of another solver", () => {
    const update = (): void => {
      updateParameter(ADAMW_DEFAULTS, new Float32Array(1), new Float32Array(1), createSlots(PAPER_SGD, 1), {
        learningRate: 1,
        step: 1,
        lrMult: 1,
        decayMult: 1,
      });
    };
    expect(update).toThrow("expected 2 arrays of the adamw solver, got 1.");
  });
});

test("arrays that are longer than a piece, and no multiple of four numbers", () => {
  const numbers = (length: number, scale: number) =>
    Float32Array.from({ length }, (_, i) => scale * Math.sin(1 + 12.9898 * i));
  const length = 40_003;
  const [weights, gradient, velocity] = [numbers(length, 1), numbers(length, 0.5), numbers(length, 0.1)];
  const before = { weights: weights.slice(), velocity: velocity.slice() };
  const step = { learningRate: 0.1, step: 1, lrMult: 2, decayMult: 1 };
  updateParameter({ type: "sgd", momentum: 0.9, weightDecay: 0.5 }, weights, gradient, [velocity], step);
  let worst = 0;
  for (let i = 0; i < length; i++) {
    const v = 0.9 * before.velocity[i]! + 0.2 * (gradient[i]! + 0.5 * before.weights[i]!);
    worst = Math.max(worst, Math.abs(velocity[i]! - v), Math.abs(weights[i]! - (before.weights[i]! - v)));
  }
  expect(worst).toBeLessThan(1e-6);
  expect(gradient).toEqual(numbers(length, 0.5));
});

test("arrays of other lengths are refused", () => {
  const step = { learningRate: 0.1, step: 1, lrMult: 1, decayMult: 1 };
  const update = (gradient: number, slot: number) => () => {
    updateParameter(PAPER_SGD, new Float32Array(3), new Float32Array(gradient), [new Float32Array(slot)], step);
  };
  expect(update(2, 3)).toThrow(/^updateParameter: expected 3 numbers in every array, got 2\.$/);
  expect(update(3, 4)).toThrow(ShapeError);
});
