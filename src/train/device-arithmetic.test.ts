/** The solver's update as a graph, against the solver itself. */
import { describe, expect, test } from "vitest";
import "../../test/matchers.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import { type NumericTensor, numeric } from "../../test/reference/numeric-tensor.ts";
import { updateAverage } from "./average.ts";
import { stepScalars, updateGraph } from "./device-arithmetic.ts";
import { ADAMW_DEFAULTS, createSlots, PAPER_SGD, type Solver, updateParameter } from "./solver.ts";

const WEIGHTS = [0.5, -1.25, 2, 0, 0.125, -0.75];
const GRADIENT = [0.1, -0.2, 0.3, 4, -5, 0.006];
const STEP = { learningRate: 0.1, lrMult: 2, decayMult: 0.5 };

const SHAPE = [2, 3];

describe.each([
  ["SGD with momentum", PAPER_SGD],
  ["AdamW", ADAMW_DEFAULTS],
] satisfies [string, Solver][])("%s", (_, solver) => {
  test("three steps of the graph are three steps of the solver, the moving average included", () => {
    const [weights, average] = [Float32Array.from(WEIGHTS), Float32Array.from(WEIGHTS)];
    const slots = createSlots(solver, WEIGHTS.length);
    let state = new Map(
      [...slots.entries()].map(([i, slot]): [string, NumericTensor] => [`slot${i}`, numeric(SHAPE, slot)]),
    )
      .set("weights", numeric(SHAPE, WEIGHTS))
      .set("average", numeric(SHAPE, WEIGHTS));
    for (let step = 1; step <= 3; step++) {
      updateParameter(solver, weights, Float32Array.from(GRADIENT), slots, { ...STEP, step });
      updateAverage(average, weights, 0.9, step);
      // The sum of two micro-batches, which the update halves.
      const settings = { ...STEP, step, share: 0.5, keepAverage: Math.min(0.9, step / (step + 9)) };
      const scalars = Object.entries(stepScalars(solver, settings));
      const feeds = {
        ...Object.fromEntries(state),
        gradient: numeric(
          SHAPE,
          GRADIENT.map((g) => 2 * g),
        ),
        ...Object.fromEntries(scalars.map(([name, { data }]) => [name, numeric([], [Number(data[0])])])),
        keepAverage: numeric([], [settings.keepAverage]),
      };
      const values = interpret(updateGraph(solver, 2, true), feeds);
      state = new Map([...state.keys()].map((name) => [name, values.get(`${name}After`) as NumericTensor]));
    }
    const expected = { weights, average, ...Object.fromEntries(slots.map((slot, i) => [`slot${i}`, slot])) };
    for (const [name, data] of Object.entries(expected))
      expect(state.get(name)).toBeCloseToTensor(numeric(SHAPE, data), { atol: 1e-6, rtol: 1e-5 });
  });
});
