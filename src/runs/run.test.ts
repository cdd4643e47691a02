import { expect, it } from "vitest";
import { parseLog } from "./log.ts";
import { flattenSettings, NO_PICTURES, type Run, type RunState, summarizeRun } from "./run.ts";

function run(isRunning: boolean | undefined, end?: object, validatedAt?: number): Run {
  const log = end === undefined ? "" : JSON.stringify({ type: "end", samples: 5, finished: false, ...end });
  const results = validatedAt === undefined ? [] : [{ samples: validatedAt, meanIoU: 0.5, iou: new Map() }];
  const settings = { samples: 10 };
  return { path: "r", isRunning, settings, log: parseLog(log), results, evaluation: undefined, pictures: NO_PICTURES };
}

it.each<[RunState, Run]>([
  ["running", run(true)],
  ["running", run(true, undefined, 10)],
  ["killed", run(false)],
  ["open", run(undefined)],
  ["done", run(false, { finished: true })],
  ["done", run(false, undefined, 10)],
  ["stopped", run(false, {})],
  ["failed", run(false, { error: "NaN" })],
])("a run can be %s", (state, of) => {
  expect(summarizeRun(of).state).toBe(state);
});

it("has its settings as leaves", () => {
  const settings = { seed: 1, data: { val: "val", map: [1, 2], sets: [{ folder: "a" }, { folder: "b" }] } };
  expect([...flattenSettings(settings)]).toEqual([
    ["seed", "1"],
    ["data.val", "val"],
    ["data.map", "[1,2]"],
    ["data.sets.0.folder", "a"],
    ["data.sets.1.folder", "b"],
  ]);
});
