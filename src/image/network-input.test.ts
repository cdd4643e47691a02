import { expect, it } from "vitest";
import { ShapeError } from "../errors.ts";
import { image } from "./image.ts";
import { CAFFE_PREPROCESSING, meanColor, networkInput } from "./network-input.ts";

const source = image(Uint8Array.of(10, 20, 30, 40, 50, 60), 1, 2);

it("makes planes in the order of the channels, minus the mean", () => {
  const bgr = networkInput(source, { order: "bgr", mean: [1, 2, 3], std: [1, 2, 1] });
  expect([...bgr]).toEqual([29, 59, 9, 24, 7, 37]);
  const rgb = networkInput(source, { order: "rgb", mean: [0, 0, 0], std: [1, 1, 1] });
  expect([...rgb]).toEqual([10, 40, 20, 50, 30, 60]);
});

it("writes into a part of a batch and refuses another size", () => {
  const batch = new Float32Array(12);
  networkInput(source, { order: "rgb", mean: [0, 0, 0], std: [1, 1, 1] }, batch.subarray(6));
  expect([...batch]).toEqual([0, 0, 0, 0, 0, 0, 10, 40, 20, 50, 30, 60]);
  expect(() => networkInput(source, CAFFE_PREPROCESSING, batch)).toThrow(ShapeError);
  expect(() => networkInput(source, CAFFE_PREPROCESSING, batch)).toThrow(/6 values, got 12/);
});

it("fills with the mean as RGB, which is nearly 0 in the input", () => {
  expect(meanColor(CAFFE_PREPROCESSING)).toEqual([123, 117, 104]);
  const filled = networkInput(image(Uint8Array.from(meanColor(CAFFE_PREPROCESSING)), 1, 1), CAFFE_PREPROCESSING);
  expect(Math.max(...filled.map(Math.abs))).toBeLessThan(0.5);
});
