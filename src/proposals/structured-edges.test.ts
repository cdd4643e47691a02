import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { slowFeature, slowVotes } from "../../test/reference/edge-forest.ts";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { syntheticForest } from "../../test/synthetic-forest.ts";
import { FormatError, OptionError, ShapeError } from "../errors.ts";
import { FEATURES, featureOffsets, forestFeatures } from "./forest-features.ts";
import { detectStructuredEdges } from "./structured-edges.ts";
import { smoothTriangle } from "./triangle-filter.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../test/golden/structured-edges.json", import.meta.url), "utf8"),
) as { readonly width: number; readonly height: number; readonly image: string; readonly edges: string };
const { width, height } = golden;
const image = { data: new Uint8Array(Buffer.from(golden.image, "base64")), width, height };

test("agrees with OpenCV on the same forest and photo", () => {
  const bytes = new Uint8Array(Buffer.from(golden.edges, "base64"));
  const stored = new Float32Array(bytes.buffer);
  const ours = detectStructuredEdges(image, syntheticForest(1, 8, 7)).data;
  const squares = ours.map((value, i) => (value - stored[i]!) ** 2);
  expect(Math.max(...stored)).toBeGreaterThan(0.1);
  expect(squares.reduce((a, b) => a + b) / squares.length).toBeLessThan(1e-5);
});

test("agrees with the slow evaluation, pixel by pixel", () => {
  const forest = syntheticForest(4, 3, 5);
  const slow = Float32Array.from(slowVotes(forestFeatures(image), forest, width, height));
  const expected = smoothTriangle({ data: slow, width, height }, 1).data;
  detectStructuredEdges(image, forest).data.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
  });
});

test("the number of every feature names the place that the layout says", () => {
  const features = forestFeatures(image);
  const { a, b } = featureOffsets({ pixel: 26, row: 26 * features.width, channel: 1 });
  const patch = 26 * (3 * features.width + 5);
  for (let feature = 0; feature < FEATURES; feature += 7) {
    const first = features.channels[patch + a[feature]!]!;
    const value = b[feature]! < 0 ? first : Math.fround(first - features.channels[patch + b[feature]!]!);
    expect(value).toBe(slowFeature(features, feature, 3, 5));
  }
});

test("a forest that was put together wrongly is refused before a tree is walked", () => {
  const { children, ...rest } = syntheticForest(4, 1, 2);
  const circular = { ...rest, children: children.with(1, 1) };
  expect(() => detectStructuredEdges(image, circular)).toThrow(FormatError);
});

describe("features", () => {
  test("a photo of one colour has constant colour channels and no gradient", () => {
    const flat = { data: new Uint8Array(3 * 30 * 20).map((_, i) => [200, 100, 50][i % 3]!), width: 30, height: 20 };
    const { channels, width: w, height: h } = forestFeatures(flat);
    expect([w, h]).toEqual([23, 18]);
    for (let channel = 0; channel < 13; channel++) {
      const plane = channels.filter((_, i) => i % 26 === channel);
      if (channel >= 3) expect(plane.every((value) => value === 0)).toBe(true);
      else expect(Math.max(...plane) - Math.min(...plane)).toBeLessThan(1e-6);
    }
  });

  test("a vertical step fills the bin of its orientation alone", () => {
    const step = { data: new Uint8Array(3 * 40 * 40), width: 40, height: 40 };
    for (let i = 0; i < 1600; i++) if (i % 40 >= 20) step.data.fill(255, 3 * i, 3 * i + 3);
    const { channels } = forestFeatures(step);
    const strength = (channel: number): number =>
      channels.filter((_, i) => i % 26 === channel).reduce((a, b) => a + b, 0);
    expect(strength(4)).toBeGreaterThan(10);
    expect([strength(5), strength(6), strength(7)]).toEqual([0, 0, 0]);
  });
});

describe("scales", () => {
  test("several scales are averaged", () => {
    const forest = syntheticForest(2, 4, 5);
    const [one, half, both] = [[1], [0.5], [1, 0.5]].map((scales) => detectStructuredEdges(image, forest, { scales }));
    const mean = one!.data.map((value, i) => (value + half!.data[i]!) / 2);
    expect(Math.max(...both!.data.map((value, i) => Math.abs(value - mean[i]!)))).toBeLessThan(1e-6);
    expect(half!.data.some((value) => value > 0)).toBe(true);
  });

  test("a scale out of range and none are refused", () => {
    const forest = syntheticForest(2, 1, 1);
    expect(() => detectStructuredEdges(image, forest, { scales: [] })).toThrow(OptionError);
    expect(() => detectStructuredEdges(image, forest, { scales: [1, 5] })).toThrow(/0\.125 to 4, got \[1,5\]/);
  });
});

test("photos under 18 px a side have no edges, random ones of any size do not fail", () => {
  const next = seededNumbers(9);
  const forest = syntheticForest(3, 4, 4);
  for (const [w, h] of [
    [1, 1],
    [2, 2],
    [1, 300],
    [900, 20],
    [15, 40],
    [17, 33],
    [18, 33],
    [30, 19],
  ] as const) {
    const photo = { data: new Uint8Array(3 * w * h).map(() => 255 * next()), width: w, height: h };
    const { data } = detectStructuredEdges(photo, forest);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(data.some((value) => value > 0)).toBe(Math.min(w, h) >= 18);
  }
  expect(() => detectStructuredEdges({ ...image, height: 3 }, forest)).toThrow(ShapeError);
});
