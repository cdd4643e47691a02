import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TileAccumulator, tileStarts, tilesOf } from "./tiles.ts";

describe("tileStarts", () => {
  it.each([
    [10, 32, 8, [0]],
    [32, 32, 8, [0]],
    [33, 32, 8, [0, 1]],
    [56, 32, 8, [0, 24]],
    [57, 32, 8, [0, 13, 25]],
  ])("%i px with tiles of %i and overlap %i", (length, tile, overlap, starts) => {
    expect(tileStarts(length, tile, overlap)).toEqual(starts);
  });

  it("covers every pixel, with the overlap that was asked for, and stays inside", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 4, max: 300 }), (length, tile) => {
        const overlap = Math.floor(tile / 4);
        const starts = tileStarts(length, tile, overlap);
        expect(starts[0]).toBe(0);
        if (length > tile) expect(starts.at(-1)).toBe(length - tile);
        for (const [i, start] of starts.slice(1).entries()) {
          // Rounding of two starts may cost a pixel.
          expect(start - (starts[i] ?? 0)).toBeLessThanOrEqual(tile - overlap + 1);
        }
      }),
    );
  });
});

it("tilesOf goes row by row", () => {
  expect(tilesOf({ height: 3, width: 6 }, 4, 1).map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [2, 0],
  ]);
});

describe("TileAccumulator", () => {
  it("gives one tile back as it is, without what lies outside the photo", () => {
    const sum = new TileAccumulator(2, { height: 1, width: 2 });
    sum.add({ x: 0, y: 0, width: 3, height: 2 }, Float32Array.of(1, 2, 9, 9, 9, 9, 3, 4, 9, 9, 9, 9));
    expect(sum.mean()).toEqual({ classes: 2, height: 1, width: 2, data: Float32Array.of(1, 2, 3, 4) });
  });

  it("averages where tiles overlap", () => {
    const sum = new TileAccumulator(1, { height: 1, width: 3 });
    sum.add({ x: 0, y: 0, width: 2, height: 1 }, Float32Array.of(1, 2));
    sum.add({ x: 1, y: 0, width: 2, height: 1 }, Float32Array.of(4, 5));
    expect(sum.mean().data).toEqual(Float32Array.of(1, 3, 5));
  });
});
