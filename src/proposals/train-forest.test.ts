import { describe, expect, test } from "vitest";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { detectStructuredEdges, type ForestExample, regionBoundaries, trainForest } from "./index.ts";
import { edgePixels, medoid } from "./patch-labels.ts";

/** A bright disc on dark ground, both with stripes of the same contrast: only the disc's outline is a boundary. */
function stripedDisc(seed: number, size: number): ForestExample {
  const next = seededNumbers(seed);
  const [cx, cy, radius] = [size * (0.35 + 0.3 * next()), size * (0.35 + 0.3 * next()), size * (0.2 + 0.1 * next())];
  const data = new Uint8Array(3 * size * size);
  const regions = new Uint8Array(size * size);
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [i % size, Math.floor(i / size)];
    const inside = Math.hypot(x - cx, y - cy) < radius;
    const stripe = y % 6 < 3 ? 25 : 0;
    regions[i] = inside ? 1 : 0;
    data.set(inside ? [150 + stripe, 60 + stripe, 40] : [60 + stripe, 120 + stripe, 60], 3 * i);
  }
  return {
    image: { data, width: size, height: size },
    segmentations: [{ data: regions, width: size, height: size }],
  };
}

/** Nodes between two reports. */
const PROGRESS_NODES = 100;

const OPTIONS = { trees: 4, treesEvaluated: 2, positives: 400, negatives: 400, featuresPerNode: 30, seed: 3 };
const examples = [1, 2, 3, 4].map((seed) => stripedDisc(seed, 80));
const forest = trainForest(examples, OPTIONS);

test("learns outlines and leaves texture alone, on a photo it has not seen", () => {
  const { image, segmentations } = stripedDisc(9, 80);
  const edges = detectStructuredEdges(image, forest);
  const boundary = regionBoundaries(segmentations[0]!).data;
  let [on, onCount, off, offCount] = [0, 0, 0, 0];
  edges.data.forEach((value, i) => {
    if (boundary[i] === 1) [on, onCount] = [on + value, onCount + 1];
    else [off, offCount] = [off + value, offCount + 1];
  });
  expect(on / onCount).toBeGreaterThan(0.4);
  expect(off / offCount).toBeLessThan(0.06);
});

test("the same seed gives the same forest, another one another", () => {
  expect(trainForest(examples, OPTIONS)).toEqual(forest);
  expect(trainForest(examples, { ...OPTIONS, seed: 4 }).featureIds).not.toEqual(forest.featureIds);
});

describe("limits", () => {
  test("no leaf is deeper than maxDepth", () => {
    const stumps = trainForest(examples, { ...OPTIONS, maxDepth: 1 });
    expect(Array.from(stumps.treeStarts)).toEqual([0, 3, 6, 9, 12]);
  });

  test("minChild over half of the patches leaves single leaves", () => {
    const leaves = trainForest(examples, { ...OPTIONS, minChild: 100_000 });
    expect(Array.from(leaves.children)).toEqual([0, 0, 0, 0]);
  });

  test("one region gives a forest without edges", () => {
    const flat = examples.map(({ image }) => ({
      image,
      segmentations: [{ data: new Uint8Array(80 * 80), width: 80, height: 80 }],
    }));
    expect(trainForest(flat, OPTIONS).edgeBins).toHaveLength(0);
  });
});

describe("control", () => {
  test("an aborted signal stops with its reason", () => {
    const signal = AbortSignal.abort(new Error("enough"));
    expect(() => trainForest(examples, OPTIONS, { signal })).toThrow("enough");
  });

  test("progress names the tree and its nodes", () => {
    const seen: number[] = [];
    const control = {
      onProgress: ({ nodes }: { readonly nodes: number }) => {
        seen.push(nodes);
      },
    };
    trainForest(
      examples,
      { ...OPTIONS, treesEvaluated: 1, trees: 1, positives: 2000, negatives: 2000, minChild: 1 },
      control,
    );
    expect(seen[0]).toBe(PROGRESS_NODES);
  });
});

describe("bad input", () => {
  test("segmentations of another size, and no usable photo", () => {
    const { image } = examples[0]!;
    const small = { data: new Uint8Array(4), width: 2, height: 2 };
    expect(() => trainForest([{ image, segmentations: [small] }])).toThrow(/80 x 80 as the photo, got 2 x 2/);
    expect(() => trainForest([])).toThrow(ShapeError);
    expect(() => trainForest([{ image, segmentations: [] }])).toThrow(/got 0 of 1/);
    // Too small for a single patch.
    const narrow = stripedDisc(1, 17);
    expect(() => trainForest([narrow])).toThrow(/at least 1 photo of 18 x 18 px with a segmentation, got 0 of 1/);
    expect(trainForest([stripedDisc(1, 18)], OPTIONS).children).toHaveLength(4);
  });

  test.each([
    ["trees", 0],
    ["trees", 1025],
    ["featuresPerNode", 7229],
    ["treesEvaluated", 5],
    ["positives", 1.5],
    ["minChild", 0],
    ["seed", 0.5],
  ] as const)("%s = %f is an OptionError", (name, value) => {
    expect(() => trainForest(examples, { ...OPTIONS, [name]: value })).toThrow(OptionError);
  });
});

test("the edge pixels of a patch of two halves are the two columns on either side of the step", () => {
  const halves = Uint8Array.from({ length: 512 }, (_, i) => (i >= 256 && i < 384 ? 1 : 2));
  expect(edgePixels(halves, 1)).toEqual(Array.from({ length: 32 }, (_, i) => 112 + i));
  expect(edgePixels(halves, 0)).toEqual([]);
});

test("the medoid is the patch nearest to the mean", () => {
  // Bits: one patch all 0, two patches all 1: the mean is 2/3, the second is the first of the nearer ones.
  const bits = new Uint8Array(3 * 256).fill(1, 256);
  expect(medoid({ bits, count: 3 })).toBe(1);
});
