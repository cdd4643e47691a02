import fc from "fast-check";
import { expect, test } from "vitest";
import { suppressBoxes } from "./box-nms.ts";
import type { ScoredBoxes } from "./box-search.ts";

type Corners = readonly [x0: number, y0: number, x1: number, y1: number];

function scored(corners: readonly Corners[]): ScoredBoxes {
  const scores = Float32Array.from(corners, (_, i) => 1 / (i + 1));
  return { count: corners.length, corners: Int32Array.from(corners.flat()), scores };
}

function iou([ax, ay, az, aw]: Corners, [bx, by, bz, bw]: Corners): number {
  const width = Math.max(0, Math.min(az, bz) - Math.max(ax, bx));
  const height = Math.max(0, Math.min(aw, bw) - Math.max(ay, by));
  return (width * height) / ((az - ax) * (aw - ay) + (bz - bx) * (bw - by) - width * height);
}

const KEEP_ALL = { beta: 1, eta: 1, maxBoxes: 1000 };

test("drops the weaker of two boxes that overlap by more than beta", () => {
  // 90 of 110 px² are shared by the first two: IoU 0.82. The third shares 50 of 150 px²: 0.33.
  const boxes = scored([
    [0, 0, 10, 10],
    [1, 0, 11, 10],
    [5, 0, 15, 10],
  ]);
  expect(Array.from(suppressBoxes(boxes, { beta: 0.8, eta: 1, maxBoxes: 10 }))).toEqual([0, 2]);
  expect(Array.from(suppressBoxes(boxes, { beta: 0.85, eta: 1, maxBoxes: 10 }))).toEqual([0, 1, 2]);
  expect(Array.from(suppressBoxes(boxes, { beta: 0.3, eta: 1, maxBoxes: 10 }))).toEqual([0]);
});

test("maxBoxes ends the list, also without suppression", () => {
  const boxes = scored([
    [0, 0, 9, 9],
    [20, 0, 29, 9],
    [40, 0, 49, 9],
  ]);
  expect(Array.from(suppressBoxes(boxes, { beta: 0.5, eta: 1, maxBoxes: 2 }))).toEqual([0, 1]);
  expect(Array.from(suppressBoxes(boxes, { ...KEEP_ALL, maxBoxes: 2 }))).toEqual([0, 1]);
  expect(Array.from(suppressBoxes(boxes, KEEP_ALL))).toEqual([0, 1, 2]);
});

test("eta lowers the threshold with every kept box", () => {
  // Far boxes first; then a pair with IoU 0.82, judged when the threshold is 0.9 * 0.95² = 0.81.
  const boxes = scored([
    [100, 0, 110, 10],
    [200, 0, 210, 10],
    [0, 0, 10, 10],
    [1, 0, 11, 10],
  ]);
  expect(Array.from(suppressBoxes(boxes, { beta: 0.9, eta: 1, maxBoxes: 10 }))).toEqual([0, 1, 2, 3]);
  expect(Array.from(suppressBoxes(boxes, { beta: 0.9, eta: 0.95, maxBoxes: 10 }))).toEqual([0, 1, 2]);
});

test("an eta that brings the threshold to 0 at once leaves boxes that share nothing", () => {
  const boxes = scored([
    [0, 0, 10, 10],
    [9, 9, 300, 300],
    [20, 0, 21, 1],
  ]);
  expect(Array.from(suppressBoxes(boxes, { beta: 0.9, eta: 1e-45, maxBoxes: 10 }))).toEqual([0, 2]);
});

const side = fc.integer({ min: 1, max: 40 });
const corner = fc.integer({ min: 0, max: 40 });
const anyBox = fc
  .tuple(corner, corner, side, side)
  .map(([x, y, width, height]): Corners => [x, y, x + width, y + height]);

test("the bins by area change nothing: greedy suppression over all pairs keeps the same boxes", () => {
  fc.assert(
    fc.property(fc.array(anyBox, { maxLength: 60 }), fc.constantFrom(0.3, 0.5, 0.75, 0.9), (corners, beta) => {
      const kept: number[] = [];
      corners.forEach((box, i) => {
        if (kept.every((k) => iou(corners[k]!, box) <= Math.fround(beta) + 1e-7)) kept.push(i);
      });
      expect(Array.from(suppressBoxes(scored(corners), { beta, eta: 1, maxBoxes: 1000 }))).toEqual(kept);
    }),
    { numRuns: 300 },
  );
});
