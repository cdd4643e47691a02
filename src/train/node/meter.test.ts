import { expect, it } from "vitest";
import { Meter } from "./meter.ts";

it("averages over the steps so far, then over the last ones", () => {
  const meter = new Meter();
  meter.add({ loss: 4, lossParts: new Map([["labels", 3]]), samples: 2, waitedMs: 50, totalMs: 100 });
  expect([meter.loss, meter.samplesPerSecond, meter.readerShare]).toEqual([4, 20, 0.5]);
  meter.add({ loss: 2, lossParts: new Map([["labels", 1]]), samples: 2, waitedMs: 0, totalMs: 300 });
  expect(meter.loss).toBe(3);
  expect(meter.lossParts).toEqual(new Map([["labels", 2]]));
  expect(meter.samplesPerSecond).toBeCloseTo(10, 9);
  expect(meter.readerShare).toBeCloseTo(0.125, 9);
  for (let step = 0; step < 400; step++) {
    meter.add({ loss: 1, lossParts: new Map([["labels", 0.5]]), samples: 2, waitedMs: 10, totalMs: 20 });
  }
  expect(meter.loss).toBeCloseTo(1, 6);
  expect(meter.lossParts.get("labels")).toBeCloseTo(0.5, 6);
  expect(meter.samplesPerSecond).toBeCloseTo(100, 3);
});
