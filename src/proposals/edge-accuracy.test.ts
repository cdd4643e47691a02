import { describe, expect, test } from "vitest";
import { constantPlane, drawPlane } from "../../test/draw-plane.ts";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { type BoundaryMap, countEdges, type EdgeCounts, edgeAccuracy, regionBoundaries } from "./index.ts";

function boundaries(rows: string): BoundaryMap {
  const { data, width, height } = drawPlane(rows);
  return { data: Uint8Array.from(data), width, height };
}

const LINE = `
  ..........
  ..........
  .########.
  ..........
  ..........`;

describe("counts", () => {
  test("an exact edge map matches every pixel", () => {
    const counts = countEdges(drawPlane(LINE), [boundaries(LINE)], { thresholds: 3, tolerance: 0.05 });
    expect(Array.from(counts.thresholds)).toEqual([0.25, 0.5, 0.75]);
    for (const list of [counts.truth, counts.truthMatched, counts.edges, counts.edgesMatched]) {
      expect(Array.from(list)).toEqual([8, 8, 8]);
    }
  });

  test("one pixel off matches within the tolerance and not beyond", () => {
    const shifted = drawPlane(`
      ..........
      .########.
      ..........
      ..........
      ..........`);
    // The diagonal is 11.2 px: 0.1 of it reaches 1 px, 0.05 does not.
    expect(countEdges(shifted, [boundaries(LINE)], { thresholds: 1, tolerance: 0.1 }).truthMatched[0]).toBe(8);
    expect(countEdges(shifted, [boundaries(LINE)], { thresholds: 1, tolerance: 0.05 }).truthMatched[0]).toBe(0);
  });

  test("a pixel is matched once: a thick edge costs precision, unless it is thinned", () => {
    const thick = drawPlane(`
      ..........
      .########.
      .########.
      ..........
      ..........`);
    const options = { thresholds: 1, tolerance: 0.1 };
    const counts = countEdges(thick, [boundaries(LINE)], { ...options, thin: false });
    expect([counts.edges[0], counts.edgesMatched[0], counts.truthMatched[0]]).toEqual([16, 8, 8]);
    const thinned = countEdges(thick, [boundaries(LINE)], options);
    expect(thinned.edges[0]).toBe(thinned.edgesMatched[0]);
  });

  test("the truth counts once a person, an edge pixel once whoever it matches", () => {
    const half = boundaries(LINE);
    half.data.fill(0, 25);
    const counts = countEdges(drawPlane(LINE), [boundaries(LINE), half], { thresholds: 1, tolerance: 0.05 });
    expect([counts.truth[0], counts.truthMatched[0], counts.edges[0], counts.edgesMatched[0]]).toEqual([12, 12, 8, 8]);
  });

  test("stairs in the truth cannot all be matched: edges are thinned to a diagonal, boundaries are not", () => {
    const stairs = `
      ##......
      .##.....
      ..##....
      ...##...
      ....##..
      .....##.`;
    for (const tolerance of [0.05, 0.1]) {
      // Both ends stay and one pixel of each step between them, each with one partner, whether the reach is 0.5 or 1 px.
      const counts = countEdges(drawPlane(stairs), [boundaries(stairs)], { thresholds: 1, tolerance });
      expect([counts.edges[0], counts.edgesMatched[0]]).toEqual([7, 7]);
      expect([counts.truth[0], counts.truthMatched[0]]).toEqual([12, 7]);
    }
  });

  test("bad input", () => {
    const flat = constantPlane(4, 3, 0);
    expect(() => countEdges(flat, [])).toThrow(ShapeError);
    expect(() => countEdges(flat, [{ data: new Uint8Array(4), width: 2, height: 2 }])).toThrow(/4 x 3 .* got 2 x 2/);
    const truth = { data: new Uint8Array(12), width: 4, height: 3 };
    expect(() => countEdges(flat, [truth], { thresholds: 0 })).toThrow(OptionError);
    expect(() => countEdges(flat, [truth], { tolerance: 0.2 })).toThrow(OptionError);
  });
});

/** Counts of one photo with 100 true pixels. */
function photo(edges: readonly number[], matched: readonly number[]): EdgeCounts {
  return {
    thresholds: Float64Array.from(edges, (_, i) => (i + 1) / (edges.length + 1)),
    truth: new Float64Array(edges.length).fill(100),
    truthMatched: Float64Array.from(matched),
    edges: Float64Array.from(edges),
    edgesMatched: Float64Array.from(matched),
  };
}

describe("accuracy", () => {
  test("ODS takes one threshold for all, OIS the best of each", () => {
    // F of the first photo: 2/3, 0.8; of the second 1, 0.
    const accuracy = edgeAccuracy([photo([200, 100], [100, 80]), photo([100, 10], [100, 0])]);
    expect(accuracy.ods.threshold).toBeCloseTo(1 / 3, 12);
    // Both at the first threshold: precision 200 / 300, recall 200 / 200.
    expect(accuracy.ods).toMatchObject({ precision: 200 / 300, recall: 1 });
    expect(accuracy.ods.f).toBeCloseTo(0.8, 12);
    // 80 and 100 of 200 edges, 180 of 200 true pixels.
    expect(accuracy.ois.f).toBeCloseTo(0.9, 12);
  });

  test("AP sums precision in steps of 0.01 between the recalls that are reached", () => {
    // Recall 1, 0.5 and 0.2 at precision 1: the recalls 0.2, 0.21, ..., 1.
    expect(edgeAccuracy([photo([100, 50, 20], [100, 50, 20])]).ap).toBeCloseTo(0.81, 12);
    // Recall 1 at precision 0.5, recall 0.5 at precision 1: half of a step is lost at either end of a straight line.
    expect(edgeAccuracy([photo([200, 50], [100, 50])]).ap).toBeCloseTo(51 * 0.0075, 12);
    expect(edgeAccuracy([photo([100, 1], [0, 0])]).ap).toBe(0);
  });

  test("no edges at all give 0, not NaN; no photo is a ShapeError", () => {
    expect(edgeAccuracy([photo([0], [0])]).ods).toMatchObject({ precision: 0, recall: 0, f: 0 });
    expect(() => edgeAccuracy([])).toThrow(ShapeError);
    expect(() => edgeAccuracy([photo([1], [1]), photo([1, 2], [1, 1])])).toThrow(/got \[1,2\]/);
  });
});

describe("region boundaries", () => {
  const drawn = (rows: string): string => {
    const { width, height, data: tenths } = drawPlane(rows);
    const { data } = regionBoundaries({
      width,
      height,
      data: Uint8Array.from(tenths, (value) => Math.round(10 * value)),
    });
    return Array.from({ length: height }, (_, y) =>
      Array.from(data.subarray(y * width, (y + 1) * width), (on) => (on === 1 ? "#" : ".")).join(""),
    ).join("\n");
  };
  const picture = (rows: string): string => rows.trim().replace(/^\s+/gm, "");

  test("one region number a pixel is asked for", () => {
    expect(() => regionBoundaries({ data: new Uint8Array(7), width: 4, height: 2 })).toThrow(
      new ShapeError("regionBoundaries: expected 8 region numbers for 4 x 2 px, got 7."),
    );
  });

  test("lie on the left and upper side, and meet", () => {
    expect(
      drawn(`
      111222
      111222
      111222
      333333
      333333`),
    ).toBe(
      picture(`
      ..#...
      ..#...
      ######
      ......
      ......`),
    );
  });

  test("are diagonals on slopes, not stairs", () => {
    expect(
      drawn(`
      1222222
      1122222
      1112222
      1111222
      1111122`),
    ).toBe(
      picture(`
      #......
      .#.....
      ..#....
      ...#...
      ....#..`),
    );
  });

  test("match themselves in every pixel: they are as thin as edges are made", () => {
    const [width, height] = [48, 36];
    const next = seededNumbers(11);
    const discs = Array.from({ length: 6 }, () => [width * next(), height * next(), 4 + 10 * next()] as const);
    const data = Uint8Array.from(
      { length: width * height },
      (_, i) =>
        discs.findLastIndex(([x, y, radius]) => Math.hypot((i % width) - x, Math.floor(i / width) - y) < radius) + 1,
    );
    const truth = regionBoundaries({ data, width, height });
    const counts = countEdges({ data: Float32Array.from(truth.data), width, height }, [truth], { thresholds: 3 });
    const pixels = truth.data.reduce((sum, on) => sum + on, 0);
    expect(pixels).toBeGreaterThan(100);
    for (const list of [counts.truth, counts.truthMatched, counts.edges, counts.edgesMatched]) {
      expect(Array.from(list)).toEqual([pixels, pixels, pixels]);
    }
    expect(edgeAccuracy([counts]).ods).toMatchObject({ precision: 1, recall: 1, f: 1 });
  });
});
