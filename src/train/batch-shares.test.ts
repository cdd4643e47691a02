import { expect, it } from "vitest";
import { batchShares } from "./batch-shares.ts";
import type { MicroBatch } from "./step-host.ts";

function batch(images: number, ...labels: number[]): MicroBatch {
  return {
    images: { type: "float32", shape: [images, 3, 1, 1], data: new Float32Array(3 * images) },
    labels: { type: "int32", shape: [images, 1, labels.length / images], data: Int32Array.from(labels) },
  };
}

it("shares are 1 for a batch alone and for equal ones, whatever is void", () => {
  expect(batchShares([batch(1, 0, 255)])).toEqual([{ labels: 1, images: 1 }]);
  expect(batchShares([batch(1, 0, 255), batch(1, 255, 1)])).toEqual([
    { labels: 1, images: 1 },
    { labels: 1, images: 1 },
  ]);
});

it("shares are those of the labelled pixels and of the images, times the micro-batches", () => {
  const batches = [batch(1, 0, 255, 255, 255), batch(3, 0, 1, 1)];
  expect(batchShares(batches)).toEqual([
    { labels: 0.5, images: 0.5 },
    { labels: 1.5, images: 1.5 },
  ]);
  // Weights 1 and 3: 1 of 8 and 7 of 8.
  expect(batchShares(batches, [1, 3]).map(({ labels }) => labels)).toEqual([0.25, 1.75]);
});

it("without a labelled pixel the shares are 0", () => {
  expect(batchShares([batch(1, 255), batch(1, 255)]).map(({ labels }) => labels)).toEqual([0, 0]);
});
