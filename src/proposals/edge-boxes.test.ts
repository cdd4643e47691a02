import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { constantPlane } from "../../test/draw-plane.ts";
import { syntheticEdges } from "../../test/synthetic-edges.ts";
import { BackendError, FormatError, OptionError, ShapeError } from "../errors.ts";
import { type EdgeBoxesOptions, edgeBoxes } from "./index.ts";

interface Golden {
  readonly width: number;
  readonly height: number;
  readonly edges: string;
  readonly orientation: string;
  readonly runs: Readonly<
    Record<string, { readonly options: Partial<EdgeBoxesOptions>; readonly boxes: number[]; readonly scores: number[] }>
  >;
}

const golden = JSON.parse(
  readFileSync(new URL("../../test/golden/edge-boxes.json", import.meta.url), "utf8"),
) as Golden;
const { width, height } = golden;
const plane = (text: string, unit: number) => {
  const words = Buffer.from(text, "base64");
  return {
    data: Float32Array.from({ length: width * height }, (_, i) => words.readUInt16LE(2 * i) * unit),
    width,
    height,
  };
};
const edges = plane(golden.edges, 1 / 65_536);
const orientation = plane(golden.orientation, Math.PI / 65_536);

describe("against OpenCV, whose x and y count from 1", () => {
  test.each(Object.keys(golden.runs))("run %s: the same boxes in the same order", (run) => {
    const { options, boxes, scores } = golden.runs[run]!;
    const ours = edgeBoxes(edges, orientation, options);
    expect(ours.map((box) => [box.x + 1, box.y + 1, box.width, box.height])).toEqual(
      scores.map((_, i) => boxes.slice(4 * i, 4 * i + 4)),
    );
    expect(Math.max(...ours.map(({ score }, i) => Math.abs(score - scores[i]!)))).toBeLessThan(1e-6);
  });
});

describe("laws", () => {
  test("a mirrored image gives boxes of nearly the same number and best score", () => {
    const { edges: map, orientation: angles } = syntheticEdges(5, 120, 90);
    const flip = (plane: typeof map, value: (v: number) => number) => ({
      ...plane,
      data: plane.data.map((_, i) => {
        const x = i % plane.width;
        return value(plane.data[i - x + plane.width - 1 - x]!);
      }),
    });
    const turned = flip(angles, (angle) => (angle === 0 ? 0 : Math.fround(Math.PI - angle)));
    const a = edgeBoxes(map, angles, { maxBoxes: 50 });
    const b = edgeBoxes(
      flip(map, (v) => v),
      turned,
      { maxBoxes: 50 },
    );
    expect(a.length).toBeGreaterThan(10);
    expect(Math.abs(a.length - b.length)).toBeLessThanOrEqual(0.3 * a.length);
    expect(Math.abs(a[0]!.score / b[0]!.score - 1)).toBeLessThan(0.3);
  });

  test("boxes lie inside the image, sorted, unique and the same on every call", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 90 }), (seed, size) => {
        const scene = syntheticEdges(seed, size, 91 - size);
        const options = { minBoxArea: 100, maxBoxes: 40 };
        const boxes = edgeBoxes(scene.edges, scene.orientation, options);
        boxes.forEach(({ x, y, width: w, height: h, score }, i) => {
          expect(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= size && y + h <= 91 - size).toBe(true);
          expect(score).toBeGreaterThanOrEqual(0.01 - 1e-9);
          if (i > 0) expect(score).toBeLessThanOrEqual(boxes[i - 1]!.score);
        });
        expect(new Set(boxes.map((box) => [box.x, box.y, box.width, box.height].join())).size).toBe(boxes.length);
        expect(edgeBoxes(scene.edges, scene.orientation, options)).toEqual(boxes);
      }),
      { numRuns: 30 },
    );
  });
});

describe("odd input", () => {
  test.each([
    [1, 1],
    [1, 50],
    [50, 1],
    [2, 2],
    [3, 3],
    [60, 40],
  ])("%i x %i of one value gives no box", (w, h) => {
    for (const value of [0, 1]) {
      expect(edgeBoxes(constantPlane(w, h, value), constantPlane(w, h, 0))).toEqual([]);
    }
  });

  test("windows of a pixel or less give no box without extent", () => {
    const scene = syntheticEdges(5, 60, 50);
    const boxes = edgeBoxes(scene.edges, scene.orientation, { minScore: 0, minBoxArea: 1 });
    expect(boxes.length).toBeGreaterThan(1000);
    for (const box of boxes) expect(Math.min(box.width, box.height)).toBeGreaterThan(0);
  });

  test("strengths that float32 sums could not hold are told", () => {
    const strong = constantPlane(4, 3, 1e21);
    expect(() => edgeBoxes(strong, constantPlane(4, 3, 0))).toThrow(/strengths of 0 to 1e20, got 1\.0+\d*e\+21 at x 0/);
  });

  test("malformed planes are told with both numbers", () => {
    const flat = constantPlane(4, 3, 0);
    expect(() => edgeBoxes({ ...flat, width: 5 }, flat)).toThrow(
      new ShapeError(
        "edgeBoxes: expected the edge map of 5 x 3 to hold 15 values, got 12. Pass one float32 a pixel, row by row.",
      ),
    );
    expect(() => edgeBoxes(flat, constantPlane(3, 4, 0))).toThrow(/orientation map of 4 x 3 .* got 3 x 4/);
    expect(() => edgeBoxes({ data: new Float32Array(0), width: 0, height: 3 }, flat)).toThrow(ShapeError);
  });

  test("values out of range are told with their place", () => {
    const flat = constantPlane(4, 3, 0);
    for (const value of [Number.NaN, -0.5, Number.POSITIVE_INFINITY]) {
      const bad = constantPlane(4, 3, 0);
      bad.data[6] = value;
      expect(() => edgeBoxes(bad, flat)).toThrow(FormatError);
      expect(() => edgeBoxes(bad, flat)).toThrow(`got ${value} at x 2, y 1`);
      expect(() => edgeBoxes(flat, bad)).toThrow(FormatError);
    }
    expect(() => edgeBoxes(flat, constantPlane(4, 3, 3.2))).toThrow(/orientations in \[0, π\] radians, got 3\.2/);
    expect(edgeBoxes(flat, constantPlane(4, 3, Math.fround(Math.PI)))).toEqual([]);
  });

  test.each([
    ["alpha", 0],
    ["alpha", 0.96],
    ["beta", 0],
    ["beta", 1.01],
    ["eta", 1.5],
    ["minScore", -0.1],
    ["maxBoxes", 0],
    ["maxBoxes", 1.5],
    ["edgeMinMag", -1],
    ["edgeMergeThr", 0],
    ["clusterMinMag", -1],
    ["maxAspectRatio", 0.9],
    ["maxAspectRatio", 101],
    ["minBoxArea", 0],
    ["gamma", 0],
    ["kappa", -1],
    ["alpha", Number.NaN],
    ["kappa", Number.POSITIVE_INFINITY],
    ["gamma", 1e39],
    ["eta", 1e-50],
  ] as const)("%s = %f is an OptionError that names it", (name, value) => {
    const flat = constantPlane(4, 3, 0);
    expect(() => edgeBoxes(flat, flat, { [name]: value })).toThrow(OptionError);
    expect(() => edgeBoxes(flat, flat, { [name]: value })).toThrow(
      new RegExp(`expected ${name} to be .* got ${`${value}`.replace("+", "\\+")}\\.`),
    );
  });

  test("a search that would take minutes is refused with the number of windows", () => {
    const flat = constantPlane(2000, 2000, 0);
    expect(() => edgeBoxes(flat, flat, { alpha: 0.95, minBoxArea: 1 })).toThrow(BackendError);
    expect(() => edgeBoxes(flat, flat, { alpha: 0.95, minBoxArea: 1 })).toThrow(
      /at most 20000000 search windows, got \d+/,
    );
  });
});
