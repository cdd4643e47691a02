import { describe, expect, it } from "vitest";
import { FormatError } from "../errors.ts";
import { parseLog, parseResults } from "./log.ts";

const step = (samples: number, loss: number, seconds?: number): string =>
  JSON.stringify({
    type: "step",
    samples,
    total: 100,
    loss,
    learningRate: 0.1,
    samplesPerSecond: 2,
    readerShare: 0,
    residentBytes: 1e9,
    ...(seconds === undefined ? {} : { time: new Date(1000 * seconds).toISOString() }),
  });
const entry = (type: string, seconds: number, more = {}): string =>
  JSON.stringify({ type, samples: 20, time: new Date(1000 * seconds).toISOString(), ...more });

describe("parseLog", () => {
  it("takes the later of what a resumed run passed twice", () => {
    const { steps } = parseLog([step(10, 3), step(20, 2), step(30, 1), step(20, 2.5), step(40, 0.5)].join("\n"));
    expect(steps.map(({ samples, loss }) => [samples, loss])).toEqual([
      [10, 3],
      [20, 2.5],
      [40, 0.5],
    ]);
  });

  it("passes over half a line, other entries, and lines that are no JSON", () => {
    const log = parseLog(`${step(10, 3)}\n{"type":"validation","samples":10}\nnonsense\n{"type":"step","sam`);
    expect(log.steps.length).toBe(1);
    expect(log).toMatchObject({ end: undefined, seconds: undefined });
    expect(parseLog("")).toEqual({ steps: [], start: undefined, end: undefined, seconds: undefined });
  });

  it("counts the time of training, without the pauses", () => {
    const first = [entry("start", 0), step(10, 1, 10), entry("end", 15, { finished: false })];
    expect(parseLog(first.join("\n"))).toMatchObject({ seconds: 15, end: { samples: 20, finished: false } });
    const resumed = [...first, entry("start", 90_000), step(30, 1, 90_020)];
    expect(parseLog(resumed.join("\n"))).toMatchObject({ seconds: 35, end: undefined });
  });

  it("keeps what the training was last started on", () => {
    const set = { folder: "people", split: "train", photos: 127 };
    const log = [entry("start", 0), entry("start", 5, { sets: [set], validation: { ...set, split: "val" } })];
    expect(parseLog(log[0] ?? "").start).toMatchObject({ sets: [], validation: null, continued: 0 });
    expect(parseLog(log.join("\n")).start).toMatchObject({ sets: [set], validation: { split: "val" } });
  });
});

describe("parseResults", () => {
  it("reads names in quotes, and empty cells as absent classes", () => {
    const [row] = parseResults('samples,meanIoU,cat,"a, ""b"""\n10,0.25,,0.5\n', "results.csv");
    expect(row).toEqual({
      samples: 10,
      meanIoU: 0.25,
      iou: new Map([
        ["cat", null],
        ['a, "b"', 0.5],
      ]),
    });
  });

  it("refuses other tables", () => {
    const read = (text: string) => () => parseResults(text, "r.csv");
    expect(read("a,b\n1,2\n")).toThrow(FormatError);
    expect(read("a,b\n1,2\n")).toThrow(
      /r\.csv: expected a table of samples, meanIoU and classes, got the columns a, b/,
    );
    expect(read("samples,meanIoU,cat\n1,2\n")).toThrow(/got the row 1,2/);
    expect(read("samples,meanIoU\nx,2\n")).toThrow(/got the row x,2/);
  });
});
