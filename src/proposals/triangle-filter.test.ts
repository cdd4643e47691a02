import fc from "fast-check";
import { expect, test } from "vitest";
import { mirror } from "../kernels/index.ts";
import { filterSeparable, smoothTriangle, triangleWeights } from "./triangle-filter.ts";

test("weights are the published ones", () => {
  expect(Array.from(triangleWeights(0))).toEqual([1]);
  expect(Array.from(triangleWeights(1))).toEqual([0.25, 0.5, 0.25]);
  expect(Array.from(triangleWeights(4), (w) => Math.round(w * 25))).toEqual([1, 2, 3, 4, 5, 4, 3, 2, 1]);
});

test("indices mirror without repeating the outermost pixel", () => {
  expect([-2, -1, 0, 1, 2, 3, 4].map((i) => mirror(i, 3))).toEqual([2, 1, 0, 1, 2, 1, 0]);
  expect([-7, 0, 9].map((i) => mirror(i, 1))).toEqual([0, 0, 0]);
});

test("a row by hand: 4 8 0 with radius 1", () => {
  const plane = { data: Float32Array.of(4, 8, 0), width: 3, height: 1 };
  expect(Array.from(smoothTriangle(plane, 1).data)).toEqual([6, 5, 4]);
});

test("what was filtered before leaves no trace, not even where a single weight is padded", () => {
  const [width, height] = [33, 5];
  const plane = { data: Float32Array.from({ length: width * height }, (_, i) => i), width, height };
  const broken = { data: new Float32Array(200 * 40).fill(Number.NaN), width: 200, height: 40 };
  for (const radius of [0, 1, 4]) {
    const before = smoothTriangle(plane, radius).data;
    smoothTriangle(broken, 4);
    expect(smoothTriangle(plane, radius).data).toEqual(before);
    expect(before.every(Number.isFinite)).toBe(true);
  }
  expect(smoothTriangle(plane, 0).data).toEqual(plane.data);
});

test("agrees with the sum over all taps", () => {
  const side = fc.integer({ min: 1, max: 7 });
  // The plane is filtered in strips of 32 rows.
  const height = fc.oneof(side, fc.constantFrom(32, 33, 70));
  fc.assert(
    fc.property(side, height, fc.integer({ min: 1, max: 5 }), fc.integer(), (width, height, radius, seed) => {
      const data = Float32Array.from({ length: width * height }, (_, i) => Math.abs(Math.sin(seed + i * 12.9)));
      const kernelX = triangleWeights(radius);
      const kernelY = Float32Array.of(-1, 0.5, 3);
      const ours = filterSeparable({ data, width, height }, kernelX, kernelY);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0;
          for (let dy = -1; dy <= 1; dy++) {
            for (let dx = -radius; dx <= radius; dx++) {
              const value = data[mirror(y + dy, height) * width + mirror(x + dx, width)]!;
              sum += kernelY[dy + 1]! * kernelX[dx + radius]! * value;
            }
          }
          expect(ours.data[y * width + x]).toBeCloseTo(sum, 5);
        }
      }
    }),
  );
});
