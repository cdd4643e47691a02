import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gridMatrix } from "./grid-matrix.ts";

const rows = (matrix: Float32Array, size: number): number[][] =>
  Array.from({ length: matrix.length / size }, (_, row) => [...matrix.subarray(row * size, (row + 1) * size)]);

describe("gridMatrix", () => {
  it("is the identity between equal grids of stretches", () => {
    expect(rows(gridMatrix({ size: 3 }, 3), 3)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it("doubles with half-pixel centres, the border repeated", () => {
    expect(rows(gridMatrix({ size: 2 }, 4), 2)).toEqual([
      [1, 0],
      [0.75, 0.25],
      [0.25, 0.75],
      [0, 1],
    ]);
  });

  it("widens the triangle where it shrinks: a quarter from each side's neighbours", () => {
    expect(rows(gridMatrix({ size: 4 }, 2), 4)[0]).toEqual([0.5, 0.375, 0.125, 0]);
  });

  it("aligned: the elements lie on pixels 0, 4 and 8 of 9, of which three stretches hold 0-2, 3-5 and 6-8", () => {
    expect(rows(gridMatrix({ size: 3, alignedTo: 9 }, 3), 3)).toEqual([
      [0.75, 0.25, 0],
      [0, 1, 0],
      [0, 0.25, 0.75],
    ]);
  });

  it("keeps constants; where it enlarges, it reads a ramp at the centres of the stretches", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 40 }), (steps, to) => {
        const [size, alignedTo] = [steps + 1, 16 * steps + 1];
        for (const [row, weights] of rows(gridMatrix({ size, alignedTo }, to), size).entries()) {
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
          const centre = (((row + 0.5) / to) * alignedTo - 0.5) / 16;
          // Beyond the outer elements they go on; a wider triangle reads a ramp only nearly right.
          if (centre < 0 || centre > steps || alignedTo / 16 > to) continue;
          expect(weights.reduce((sum, weight, tap) => sum + weight * tap, 0)).toBeCloseTo(centre, 5);
        }
      }),
    );
  });
});
